package dev.steelyard.dataplane.match;

/**
 * A query parameter of some value, as forms send them: parted by {@code &}, percent-encoded, {@code +} for a space, perhaps without {@code =}.
 * A malformed escape stands for itself. Where the request has several of that name, one of them is enough.
 */
record QueryCondition(String name, ValueTest test) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        String query = request.query();
        int from = 0;
        while (from < query.length()) {
            int end = query.indexOf('&', from);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', from);
            int nameEnd = equals < 0 || equals > end ? end : equals;
            if (decoded(query, from, nameEnd).equals(name)
                    && test.passes(decoded(query, Math.min(nameEnd + 1, end), end))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static String decoded(String query, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = query.charAt(i);
            if (c == '%' || c == '+') {
                return decode(query, from, to);
            }
        }
        return query.substring(from, to);
    }

    private static String decode(String query, int from, int to) {
        StringBuilder octets = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = query.charAt(i);
            int value = c == '%' && i + 2 < to ? escape(query.charAt(i + 1), query.charAt(i + 2)) : -1;
            if (value >= 0) {
                octets.append((char) value);
                i += 2;
            } else {
                octets.append(c == '+' ? ' ' : c);
            }
        }
        return octets.toString();
    }

    private static int escape(char high, char low) {
        int left = high < 128 ? Character.digit(high, 16) : -1;
        int right = low < 128 ? Character.digit(low, 16) : -1;
        return left < 0 || right < 0 ? -1 : left * 16 + right;
    }

    @Override
    public String toString() {
        return "query " + name + test;
    }
}
