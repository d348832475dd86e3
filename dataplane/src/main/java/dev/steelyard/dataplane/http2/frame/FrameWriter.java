package dev.steelyard.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;

/** Writes frames (RFC 9113 section 6) to buffers that have the room. */
public final class FrameWriter {

    /** Octets of the longest frame without a payload of its own length. */
    public static final int CONTROL_BYTES = FrameType.HEADER_BYTES + 8;

    private FrameWriter() {}

    private static ByteBuf header(ByteBuf out, int length, int type, int flags, int stream) {
        return out.writeMedium(length).writeByte(type).writeByte(flags).writeInt(stream);
    }

    /** The header of a DATA frame; its payload is to follow. */
    public static void data(ByteBuf out, int length, int stream, boolean endStream) {
        header(out, length, FrameType.DATA, endStream ? FrameType.END_STREAM : 0, stream);
    }

    /** Room for the header of a HEADERS frame whose block is written next; see {@link #headersEnd}. Returns where it begins. */
    public static int headersBegin(ByteBuf out) {
        int at = out.writerIndex();
        out.writeZero(FrameType.HEADER_BYTES);
        return at;
    }

    /**
     * Completes the HEADERS frame whose block has been written, and splits it if it is too long.
     *
     * @param at where it begins
     */
    public static void headersEnd(ByteBuf out, int at, int stream, boolean endStream) {
        int length = out.writerIndex() - at - FrameType.HEADER_BYTES;
        int ends = endStream ? FrameType.END_STREAM : 0;
        if (length <= FrameType.MAX_PAYLOAD) {
            out.setMedium(at, length)
                    .setByte(at + 3, FrameType.HEADERS)
                    .setByte(at + 4, FrameType.END_HEADERS | ends)
                    .setInt(at + 5, stream);
            return;
        }
        byte[] block = new byte[length];
        out.getBytes(at + FrameType.HEADER_BYTES, block);
        out.writerIndex(at);
        out.ensureWritable(length + (length / FrameType.MAX_PAYLOAD + 1) * FrameType.HEADER_BYTES);
        for (int from = 0; from < length; from += FrameType.MAX_PAYLOAD) {
            int piece = Math.min(FrameType.MAX_PAYLOAD, length - from);
            int last = from + piece == length ? FrameType.END_HEADERS : 0;
            if (from == 0) {
                header(out, piece, FrameType.HEADERS, last | ends, stream);
            } else {
                header(out, piece, FrameType.CONTINUATION, last, stream);
            }
            out.writeBytes(block, from, piece);
        }
    }

    /** RST_STREAM. */
    public static void reset(ByteBuf out, int stream, ErrorCode code) {
        header(out, 4, FrameType.RST_STREAM, 0, stream).writeInt(code.number());
    }

    /** The header of a SETTINGS frame; {@code count} times {@link #setting} is to follow. */
    public static void settings(ByteBuf out, int count) {
        header(out, 6 * count, FrameType.SETTINGS, 0, 0);
    }

    /** One setting. */
    public static void setting(ByteBuf out, int id, int value) {
        out.writeShort(id).writeInt(value);
    }

    /** The peer's settings are in force. */
    public static void settingsAck(ByteBuf out) {
        header(out, 0, FrameType.SETTINGS, FrameType.ACK, 0);
    }

    /** PING. */
    public static void ping(ByteBuf out, long payload, boolean ack) {
        header(out, 8, FrameType.PING, ack ? FrameType.ACK : 0, 0).writeLong(payload);
    }

    /** GOAWAY. */
    public static void goAway(ByteBuf out, int lastStream, ErrorCode code) {
        header(out, 8, FrameType.GOAWAY, 0, 0).writeInt(lastStream).writeInt(code.number());
    }

    /** WINDOW_UPDATE; stream 0: of the connection. */
    public static void windowUpdate(ByteBuf out, int stream, int increment) {
        header(out, 4, FrameType.WINDOW_UPDATE, 0, stream).writeInt(increment);
    }
}
