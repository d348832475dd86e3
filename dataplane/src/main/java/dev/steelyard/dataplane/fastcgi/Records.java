package dev.steelyard.dataplane.fastcgi;

import dev.steelyard.dataplane.http1.body.Outbound;
import io.netty.buffer.ByteBuf;

/** Records as they are written: {@code version type requestIdB1 requestIdB0 contentLengthB1 contentLengthB0 paddingLength reserved}, content. */
public final class Records {

    /** The most that the content of one record can be. */
    public static final int MAX_CONTENT = 65_535;

    static final int HEADER = 8;
    static final int VERSION = 1;
    static final int BEGIN_REQUEST = 1;
    static final int END_REQUEST = 3;
    static final int PARAMS = 4;
    static final int STDIN = 5;
    static final int STDOUT = 6;
    static final int STDERR = 7;
    static final int GET_VALUES_RESULT = 10;
    static final int UNKNOWN_TYPE = 11;

    /** The one request under way on a connection. */
    static final int REQUEST = 1;

    private static final int RESPONDER = 1;
    private static final int KEEP_CONN = 1;

    private Records() {}

    /**
     * Begins a request.
     *
     * @param keep whether the program is to leave the connection open after it
     */
    public static void begin(ByteBuf out, boolean keep) {
        header(out, BEGIN_REQUEST, 8);
        out.writeShort(RESPONDER).writeByte(keep ? KEEP_CONN : 0).writeZero(5);
    }

    /** Writes a piece of the request's body, and takes its ownership. */
    public static void input(Outbound out, ByteBuf piece) {
        while (piece.readableBytes() > MAX_CONTENT) {
            header(out.room(HEADER), STDIN, MAX_CONTENT);
            out.write(piece.readRetainedSlice(MAX_CONTENT));
        }
        if (piece.isReadable()) {
            header(out.room(HEADER), STDIN, piece.readableBytes());
            out.write(piece);
        } else {
            piece.release();
        }
    }

    /** Ends the request's body. */
    public static void inputEnd(Outbound out) {
        header(out.room(HEADER), STDIN, 0);
    }

    /** Ends a body, or says that there is none. */
    public static void inputEnd(ByteBuf out) {
        header(out, STDIN, 0);
    }

    static void header(ByteBuf out, int type, int length) {
        out.writeByte(VERSION)
                .writeByte(type)
                .writeShort(REQUEST)
                .writeShort(length)
                .writeShort(0);
    }
}
