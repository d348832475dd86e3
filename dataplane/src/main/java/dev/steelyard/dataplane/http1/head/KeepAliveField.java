package dev.steelyard.dataplane.http1.head;

/** The {@code Keep-Alive} field (RFC 2068 section 19.7.1.1), a hint that most servers still send. */
final class KeepAliveField {

    private static final int MAX_SECONDS = 1_000_000;
    private static final int MAX_DIGITS = 9;
    private static final byte[] TIMEOUT = Octets.ascii("timeout=");

    private KeepAliveField() {}

    /** Seconds of the first {@code timeout} parameter of a field value, or -1 if there is none that can be read. */
    static int timeout(byte[] octets, int from, int to) {
        int start = from;
        while (start < to) {
            int end = start;
            while (end < to && octets[end] != ',') {
                end++;
            }
            int first = start;
            while (first < end && Octets.isBlank(octets[first])) {
                first++;
            }
            int digits = first + TIMEOUT.length;
            if (digits <= end && Octets.equal(octets, first, digits, TIMEOUT)) {
                return seconds(octets, digits, end);
            }
            start = end + 1;
        }
        return -1;
    }

    private static int seconds(byte[] octets, int from, int to) {
        int end = to;
        while (end > from && Octets.isBlank(octets[end - 1])) {
            end--;
        }
        if (end == from || end - from > MAX_DIGITS) {
            return -1;
        }
        int seconds = 0;
        for (int i = from; i < end; i++) {
            int digit = octets[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            seconds = seconds * 10 + digit;
        }
        return Math.min(seconds, MAX_SECONDS);
    }
}
