package dev.steelyard.dataplane.fuzz.match;

import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.match.PlainRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Queries: routes find each parameter that a plain reading finds, escapes undone, and no other. */
public final class Queries implements FuzzTarget {

    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    @Override
    public void feed(byte[] input) {
        String query = new String(input, StandardCharsets.ISO_8859_1);
        List<Pair> found = new ArrayList<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (!parameter.isEmpty()) {
                found.add(new Pair(
                        decoded(equals < 0 ? parameter : parameter.substring(0, equals)),
                        decoded(equals < 0 ? "" : parameter.substring(equals + 1))));
            }
        }
        Pair.compare(found, PlainRequest.asking(query), Wanted::query);
    }

    private static String decoded(String text) {
        return ESCAPE.matcher(text.replace('+', ' ')).replaceAll(escape -> {
            String octet = String.valueOf((char) Integer.parseInt(escape.group(1), 16));
            return octet.equals("$") || octet.equals("\\") ? "\\" + octet : octet;
        });
    }
}
