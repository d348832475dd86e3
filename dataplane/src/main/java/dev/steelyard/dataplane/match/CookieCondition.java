package dev.steelyard.dataplane.match;

/**
 * A cookie of some value (RFC 6265 section 4.2), which is taken as sent: quotes and escapes belong to it. Where the request has several of
 * that name, one of them is enough.
 */
record CookieCondition(String name, ValueTest test) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        for (int i = request.field("cookie", 0); i >= 0; i = request.field("cookie", i + 1)) {
            if (holds(request.fieldValue(i))) {
                return true;
            }
        }
        return false;
    }

    private boolean holds(String cookies) {
        int from = 0;
        while (from < cookies.length()) {
            int end = cookies.indexOf(';', from);
            end = end < 0 ? cookies.length() : end;
            int start = from;
            while (start < end && blank(cookies.charAt(start))) {
                start++;
            }
            int equals = cookies.indexOf('=', start);
            if (equals >= 0
                    && equals < end
                    && equals - start == name.length()
                    && cookies.startsWith(name, start)
                    && test.passes(cookies.substring(equals + 1, trimmed(cookies, equals + 1, end)))) {
                return true;
            }
            from = end + 1;
        }
        return false;
    }

    private static int trimmed(String text, int from, int to) {
        int end = to;
        while (end > from && blank(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    @Override
    public String toString() {
        return "cookie " + name + test;
    }
}
