package dev.steelyard.dataplane.http3.frame;

import io.netty.buffer.ByteBuf;

/** Integers of variable length (RFC 9000 section 16): reads one, however its octets come. */
public final class VarInt {

    /** The largest there is. */
    public static final long MAX = (1L << 62) - 1;

    private long value;
    private int left;
    private boolean begun;

    /** Reads what is there; true once it is complete, and the next call begins another. */
    public boolean read(ByteBuf in) {
        if (!begun) {
            if (!in.isReadable()) {
                return false;
            }
            int first = in.readUnsignedByte();
            begun = true;
            left = (1 << (first >>> 6)) - 1;
            value = first & 0x3f;
        }
        while (left > 0 && in.isReadable()) {
            value = (value << 8) | in.readUnsignedByte();
            left--;
        }
        begun = left > 0;
        return !begun;
    }

    /** The one read last. */
    public long value() {
        return value;
    }

    /** Whether one has begun and not ended. */
    public boolean begun() {
        return begun;
    }

    /** Writes one, as short as it can be. */
    public static void write(long number, ByteBuf out) {
        if (number < 1 << 6) {
            out.writeByte((int) number);
        } else if (number < 1 << 14) {
            out.writeShort(0x4000 | (int) number);
        } else if (number < 1 << 30) {
            out.writeInt(0x8000_0000 | (int) number);
        } else {
            out.writeLong(0xc000_0000_0000_0000L | number);
        }
    }

    /** How many octets one has. */
    public static int bytes(long number) {
        return number < 1 << 6 ? 1 : number < 1 << 14 ? 2 : number < 1 << 30 ? 4 : 8;
    }
}
