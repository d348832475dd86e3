package dev.steelyard.dataplane.fuzz.match;

import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.match.PlainRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code Cookie} fields: routes find each cookie that a plain reading finds, and no other. Each line of the input is a field. */
public final class Cookies implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", -1);
        String[] fields = new String[lines.length];
        List<Pair> found = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            fields[i] = "Cookie: " + lines[i];
            for (String crumb : lines[i].strip().split(";", -1)) {
                String plain = crumb.replaceAll("^[ \t]+", "");
                int equals = plain.indexOf('=');
                if (equals >= 0) {
                    found.add(new Pair(
                            plain.substring(0, equals),
                            plain.substring(equals + 1).replaceAll("[ \t]+\\z", "")));
                }
            }
        }
        Pair.compare(found, PlainRequest.with(fields), Wanted::cookie);
    }
}
