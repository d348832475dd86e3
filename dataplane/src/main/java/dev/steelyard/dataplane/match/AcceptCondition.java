package dev.steelyard.dataplane.match;

import dev.steelyard.dataplane.match.MediaTypes.MediaType;

/**
 * A client that prefers one of some media types: its {@code Accept} (RFC 9110 section 12.5.1) names it, or all of its type, with a quality
 * above 0 that no other range exceeds. {@code *}{@code /*}, and no {@code Accept} at all, prefer nothing.
 */
record AcceptCondition(MediaTypes types) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        int best = 0;
        for (int i = request.field("accept", 0); i >= 0; i = request.field("accept", i + 1)) {
            best = Math.max(best, best(request.fieldValue(i)));
        }
        if (best == 0) {
            return false;
        }
        for (int i = 0; i < types.types().size(); i++) {
            if (quality(request, types.types().get(i)) == best) {
                return true;
            }
        }
        return false;
    }

    /** The highest quality of any range, in thousandths. */
    private static int best(String accept) {
        int best = 0;
        for (int from = 0; from < accept.length(); from = end(accept, from) + 1) {
            best = Math.max(best, quality(accept, from, end(accept, from)));
        }
        return best;
    }

    /** The quality of a type by the most specific range that covers it; 0 if only a range for everything does. */
    private static int quality(MatchedRequest request, MediaType type) {
        int exact = -1;
        int whole = -1;
        for (int i = request.field("accept", 0); i >= 0; i = request.field("accept", i + 1)) {
            String accept = request.fieldValue(i);
            for (int from = 0; from < accept.length(); from = end(accept, from) + 1) {
                int end = end(accept, from);
                int start = from;
                while (start < end && MediaTypes.blank(accept.charAt(start))) {
                    start++;
                }
                int slash = accept.indexOf('/', start);
                if (slash < 0 || slash >= end || !MediaTypes.same(type.type(), accept, start, slash)) {
                    continue;
                }
                int nameEnd = nameEnd(accept, slash + 1, end);
                int quality = quality(accept, start, end);
                if (MediaTypes.same("*", accept, slash + 1, nameEnd)) {
                    whole = Math.max(whole, quality);
                } else if (type.subtype().equals("*") || MediaTypes.same(type.subtype(), accept, slash + 1, nameEnd)) {
                    exact = Math.max(exact, quality);
                }
            }
        }
        int specific = type.subtype().equals("*") ? Math.max(exact, whole) : exact >= 0 ? exact : whole;
        return Math.max(specific, 0);
    }

    private static int end(String accept, int from) {
        int comma = accept.indexOf(',', from);
        return comma < 0 ? accept.length() : comma;
    }

    private static int nameEnd(String text, int from, int to) {
        int at = from;
        while (at < to && text.charAt(at) != ';' && !MediaTypes.blank(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The weight of a range (RFC 9110 section 12.4.2) in thousandths: 1000 if it has none, 0 if that is malformed. */
    private static int quality(String accept, int from, int to) {
        int parameter = accept.indexOf(';', from);
        while (parameter >= 0 && parameter < to) {
            int at = parameter + 1;
            while (at < to && MediaTypes.blank(accept.charAt(at))) {
                at++;
            }
            if (at + 1 < to && (accept.charAt(at) == 'q' || accept.charAt(at) == 'Q') && accept.charAt(at + 1) == '=') {
                return thousandths(accept, at + 2, to);
            }
            parameter = accept.indexOf(';', at);
        }
        return accept.substring(from, to).isBlank() ? 0 : 1_000;
    }

    private static int thousandths(String text, int from, int to) {
        int end = nameEnd(text, from, to);
        if (from == end || end - from > 5 || text.charAt(from) < '0' || text.charAt(from) > '1') {
            return 0;
        }
        int value = (text.charAt(from) - '0') * 1_000;
        if (end - from > 1 && text.charAt(from + 1) != '.') {
            return 0;
        }
        int unit = 100;
        for (int i = from + 2; i < end; i++, unit /= 10) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            value += digit * unit;
        }
        return value <= 1_000 ? value : 0;
    }

    @Override
    public String toString() {
        return "accept type " + types;
    }
}
