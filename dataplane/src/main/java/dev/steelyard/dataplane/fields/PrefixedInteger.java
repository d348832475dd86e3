package dev.steelyard.dataplane.fields;

import io.netty.buffer.ByteBuf;

/** Integers as HPACK and QPACK have them: in what is left of an octet, and more if need be (RFC 7541 section 5.1). */
public final class PrefixedInteger {

    private PrefixedInteger() {}

    /**
     * Writes one.
     *
     * @param prefix how many bits of the first octet it has
     * @param flags the other bits of that octet
     */
    public static void write(int value, int prefix, int flags, ByteBuf out) {
        int limit = (1 << prefix) - 1;
        if (value < limit) {
            out.writeByte(flags | value);
            return;
        }
        out.writeByte(flags | limit);
        int rest = value - limit;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /**
     * Reads one.
     *
     * @param first the octet that it begins in, which has been read
     * @return -1 if it ends after {@code in} does, or is larger than any length can be
     */
    public static int read(int first, int prefix, ByteBuf in) {
        int limit = (1 << prefix) - 1;
        int value = first & limit;
        if (value < limit) {
            return value;
        }
        for (int shift = 0; shift <= 21; shift += 7) {
            if (!in.isReadable()) {
                return -1;
            }
            int octet = in.readByte();
            value += (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                return value;
            }
        }
        return -1;
    }
}
