package dev.steelyard.dataplane.http1.head;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Request methods (RFC 9110 section 9). */
final class Methods {

    private static final String[] COMMON = {"GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"};
    private static final byte[][] OCTETS = new byte[COMMON.length][];
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE");

    static {
        for (int i = 0; i < COMMON.length; i++) {
            OCTETS[i] = Octets.ascii(COMMON[i]);
        }
    }

    private Methods() {}

    /** The method's name; for common ones always the same String. */
    static String of(byte[] octets, int from, int to) {
        for (int i = 0; i < COMMON.length; i++) {
            if (equal(octets, from, to, OCTETS[i])) {
                return COMMON[i];
            }
        }
        return new String(octets, from, to - from, StandardCharsets.US_ASCII);
    }

    private static boolean equal(byte[] octets, int from, int to, byte[] method) {
        if (to - from != method.length) {
            return false;
        }
        for (int i = 0; i < method.length; i++) {
            if (octets[from + i] != method[i]) {
                return false;
            }
        }
        return true;
    }

    static boolean idempotent(String method) {
        return IDEMPOTENT.contains(method);
    }
}
