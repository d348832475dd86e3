package dev.steelyard.dataplane.fuzz.match;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.match.PlainRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code Accept} and {@code Content-Type}: routes find the types that a plain reading of RFC 9110 sections 8.3.1 and 12.5.1 finds. Each line of
 * the input is a field.
 */
public final class MediaRanges implements FuzzTarget {

    private static final List<String> TYPES = List.of("text/html", "text/plain", "image/*", "application/json", "*/*");
    private static final Pattern RANGE = Pattern.compile("[ \t]*([^/]*)/([^; \t]*).*", Pattern.DOTALL);
    private static final Pattern QUALITY = Pattern.compile("[ \t]*[qQ]=([^ \t]*).*", Pattern.DOTALL);
    private static final Pattern WEIGHT = Pattern.compile("0(\\.[0-9]{0,3})?|1(\\.0{0,3})?");

    private record Range(String type, String subtype, int quality) {}

    @Override
    public void feed(byte[] input) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", -1);
        List<Range> ranges = new ArrayList<>();
        String[] accept = new String[lines.length];
        for (int i = 0; i < lines.length; i++) {
            accept[i] = "Accept: " + lines[i];
            for (String range : lines[i].strip().split(",", -1)) {
                ranges.add(range(range));
            }
        }
        for (String type : TYPES) {
            Check.equal(
                    Conditions.of(Wanted.accept(type)).hold(PlainRequest.with(accept)),
                    preferred(ranges, type),
                    "accepted: " + type);
            for (String line : lines) {
                Check.equal(
                        Conditions.of(Wanted.contentType(type)).hold(PlainRequest.with("Content-Type: " + line)),
                        is(line.strip(), type),
                        "of type " + type);
            }
        }
    }

    private static boolean is(String value, String wanted) {
        String name = value.split(";", -1)[0].replaceAll("^[ \t]+|[ \t]+$", "").toLowerCase(Locale.ROOT);
        String[] type = wanted.split("/", -1);
        return type[1].equals("*")
                ? name.startsWith(type[0] + "/") && name.length() > type[0].length() + 1
                : name.equals(wanted);
    }

    private static Range range(String text) {
        Matcher range = RANGE.matcher(text);
        int quality = text.isBlank() ? 0 : 1_000;
        String[] parts = text.split(";", -1);
        for (int i = 1; i < parts.length; i++) {
            Matcher weight = QUALITY.matcher(parts[i]);
            if (weight.matches()) {
                quality = WEIGHT.matcher(weight.group(1)).matches()
                        ? (int) Math.round(Double.parseDouble(weight.group(1)) * 1_000)
                        : 0;
                break;
            }
        }
        return range.matches()
                ? new Range(
                        range.group(1).toLowerCase(Locale.ROOT), range.group(2).toLowerCase(Locale.ROOT), quality)
                : new Range("", "", quality);
    }

    private static boolean preferred(List<Range> ranges, String wanted) {
        String[] type = wanted.split("/", -1);
        int best = 0;
        int exact = -1;
        int whole = -1;
        for (Range range : ranges) {
            best = Math.max(best, range.quality);
            if (!range.type.equals(type[0])) {
                continue;
            }
            if (range.subtype.equals("*")) {
                whole = Math.max(whole, range.quality);
            } else if (type[1].equals("*") || range.subtype.equals(type[1])) {
                exact = Math.max(exact, range.quality);
            }
        }
        // Who asks for all of a type is served by any of it.
        int specific = type[1].equals("*") ? Math.max(exact, whole) : exact >= 0 ? exact : whole;
        return best > 0 && specific == best;
    }
}
