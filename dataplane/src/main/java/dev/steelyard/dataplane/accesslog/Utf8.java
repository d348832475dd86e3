package dev.steelyard.dataplane.accesslog;

/** Tells UTF-8 (RFC 3629) from other octets. */
final class Utf8 {

    private Utf8() {}

    /**
     * Octets of the well-formed sequence of two to four that begins at {@code at}; 0 if none does, or if it stands for a control character
     * (C1), a line or paragraph separator or a change of writing direction, with which one could make a line look like another.
     */
    static int sequence(byte[] octets, int at, int to) {
        int first = octets[at] & 0xff;
        int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
        if (length == 0 || at + length > to) {
            return 0;
        }
        int point = first & (0x7f >> length);
        for (int i = 1; i < length; i++) {
            int next = octets[at + i];
            if ((next & 0xc0) != 0x80) {
                return 0;
            }
            point = (point << 6) | (next & 0x3f);
        }
        boolean overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        boolean noCharacter = point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff);
        return overlong || noCharacter || misleading(point) ? 0 : length;
    }

    private static boolean misleading(int point) {
        return point < 0xa0
                || (point >= 0x2028 && point <= 0x202e)
                || (point >= 0x2066 && point <= 0x2069)
                || point == 0x200e
                || point == 0x200f;
    }
}
