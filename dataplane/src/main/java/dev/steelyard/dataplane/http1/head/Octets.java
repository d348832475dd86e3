package dev.steelyard.dataplane.http1.head;

import java.nio.charset.StandardCharsets;

/** Classes of octets in RFC 9110 section 5.6.2, RFC 9112 and RFC 3986, and comparisons that ignore the case of ASCII letters. */
public final class Octets {

    /** {@code tchar}: what names and methods are made of. */
    static final int TOKEN = 1;

    /** What a field value may hold: visible, space, tab and {@code obs-text}; no other control characters. */
    public static final int FIELD = 2;

    /** What a path may hold and still be in normal form already, slash and dot aside. */
    static final int PLAIN_PATH = 4;

    /** What a path may hold in any form. */
    static final int PATH = 8;

    /** What a query may hold. Wider than RFC 3986: browsers send quotes, bars and brackets as they are. */
    static final int QUERY = 16;

    /** What a host name or IPv4 address may hold. */
    static final int HOST = 32;

    /** {@code unreserved} of RFC 3986: the same whether percent-encoded or not. */
    static final int UNRESERVED = 64;

    private static final byte[] CLASSES = new byte[256];
    private static final byte[] HEX = new byte[256];

    static {
        String letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        String digits = "0123456789";
        mark(TOKEN, letters + digits + "!#$%&'*+-.^_`|~");
        mark(UNRESERVED, letters + digits + "-._~");
        mark(HOST, letters + digits + "-._");
        mark(PLAIN_PATH, letters + digits + "-_~!$&'()*+,=:@");
        for (int octet = 0; octet < 256; octet++) {
            boolean visible = octet > 0x20 && octet < 0x7f;
            if (visible || octet == ' ' || octet == '\t' || octet > 0x7f) {
                CLASSES[octet] |= FIELD;
            }
            if (visible && octet != '#') {
                CLASSES[octet] |= QUERY;
                if (octet != '\\' && octet != '?') {
                    CLASSES[octet] |= PATH;
                }
            }
            HEX[octet] = (byte) Character.digit(octet < 128 ? octet : 0, 16);
        }
    }

    private Octets() {}

    private static void mark(int octetClass, String members) {
        for (byte member : members.getBytes(StandardCharsets.US_ASCII)) {
            CLASSES[member] |= (byte) octetClass;
        }
    }

    /** Whether an octet belongs to one of the classes above. */
    public static boolean is(int octetClass, byte octet) {
        return (CLASSES[octet & 0xff] & octetClass) != 0;
    }

    /** The value of a hexadecimal digit, or -1. */
    public static int hex(byte octet) {
        return HEX[octet & 0xff];
    }

    static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    /** Whether the octets from {@code from} to {@code to} spell {@code lowerCase}, in any case. */
    static boolean equal(byte[] octets, int from, int to, byte[] lowerCase) {
        int length = to - from;
        if (length != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(octets[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the octets from {@code from} to {@code to} spell {@code lowerCase}, in any case. */
    static boolean equal(byte[] octets, int from, int to, String lowerCase) {
        int length = to - from;
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(octets[from + i]) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The same, taking underscores among the octets for the hyphens that {@code lowerCase} may have in their place. */
    static boolean equalHyphenated(byte[] octets, int from, int to, String lowerCase) {
        int length = to - from;
        if (length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char wanted = lowerCase.charAt(i);
            byte octet = octets[from + i];
            if (lower(octet) != wanted && !(octet == '_' && wanted == '-')) {
                return false;
            }
        }
        return true;
    }

    /** Whether two stretches of {@code octets} spell the same, in any case. */
    static boolean equal(byte[] octets, int from, int to, int otherFrom, int otherTo) {
        int length = to - from;
        if (length != otherTo - otherFrom) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(octets[from + i]) != lower(octets[otherFrom + i])) {
                return false;
            }
        }
        return true;
    }

    /** The octets of a text. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
