package dev.steelyard.dataplane.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Some media types (RFC 9110 section 8.3.1), or all of a type.
 *
 * @param types their names
 */
record MediaTypes(List<MediaType> types) {

    MediaTypes {
        types = List.copyOf(types);
    }

    /**
     * One of them.
     *
     * @param type lower case
     * @param subtype lower case; {@code *} for all
     */
    record MediaType(String type, String subtype) {

        @Override
        public String toString() {
            return type + "/" + subtype;
        }
    }

    /** Reads names such as {@code text/html} or {@code image/*}. */
    static MediaTypes of(List<String> names) {
        List<MediaType> types = new ArrayList<>();
        for (String name : names) {
            int slash = name.indexOf('/');
            if (slash < 1 || slash == name.length() - 1) {
                throw new IllegalArgumentException(name + " is no media type such as text/html");
            }
            types.add(new MediaType(
                    name.substring(0, slash).toLowerCase(Locale.ROOT),
                    name.substring(slash + 1).toLowerCase(Locale.ROOT)));
        }
        return new MediaTypes(types);
    }

    /** Whether the text from {@code from} to {@code to}, blanks around it aside, names one of them, in any case. */
    boolean hold(String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && blank(text.charAt(start))) {
            start++;
        }
        while (end > start && blank(text.charAt(end - 1))) {
            end--;
        }
        int slash = text.indexOf('/', start);
        if (slash < 0 || slash >= end - 1) {
            return false;
        }
        for (int i = 0; i < types.size(); i++) {
            MediaType candidate = types.get(i);
            if (same(candidate.type(), text, start, slash)
                    && (candidate.subtype().equals("*") || same(candidate.subtype(), text, slash + 1, end))) {
                return true;
            }
        }
        return false;
    }

    static boolean same(String name, String text, int from, int to) {
        return to - from == name.length() && text.regionMatches(true, from, name, 0, to - from);
    }

    static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    @Override
    public String toString() {
        return String.join(" or ", types.stream().map(MediaType::toString).toList());
    }
}
