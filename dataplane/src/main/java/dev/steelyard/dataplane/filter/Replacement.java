package dev.steelyard.dataplane.filter;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;

/**
 * What replaces a match: text in which {@code $1} or {@code ${1}} stands for a group, {@code $0} for the whole match and {@code $$} for a
 * dollar sign. Immutable; for all threads.
 */
record Replacement(List<Part> parts) {

    Replacement {
        parts = List.copyOf(parts);
    }

    /**
     * A piece of it.
     *
     * @param text as it is; empty if it is a group
     * @param group its number; -1 if it is text
     */
    record Part(String text, int group) {}

    /**
     * Reads one.
     *
     * @param groups of the expression
     * @throws IllegalArgumentException if it names another group, or has a dollar sign that stands for nothing
     */
    static Replacement of(String replacement, int groups) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (int dollar = replacement.indexOf('$'); dollar >= 0; dollar = replacement.indexOf('$', at)) {
            parts.add(new Part(replacement.substring(at, dollar), -1));
            int from = dollar + 1;
            if (replacement.startsWith("$", from)) {
                parts.add(new Part("$", -1));
                at = from + 1;
                continue;
            }
            boolean braced = replacement.startsWith("{", from);
            from += braced ? 1 : 0;
            int to = from;
            while (to < replacement.length() && replacement.charAt(to) >= '0' && replacement.charAt(to) <= '9') {
                to++;
            }
            if (to == from || to - from > 3 || (braced && !replacement.startsWith("}", to))) {
                throw new IllegalArgumentException("in " + replacement + " a $ stands for nothing");
            }
            int group = Integer.parseInt(replacement.substring(from, to));
            if (group > groups) {
                throw new IllegalArgumentException(replacement + " names group " + group + ", of " + groups);
            }
            parts.add(new Part("", group));
            at = braced ? to + 1 : to;
        }
        parts.add(new Part(replacement.substring(at), -1));
        return new Replacement(parts);
    }

    /** Appends what replaces a match. */
    void append(Matcher matched, StringBuilder to) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            String text = part.group() < 0 ? part.text() : matched.group(part.group());
            to.append(text == null ? "" : text);
        }
    }
}
