package dev.steelyard.dataplane.http1.body;

import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.Octets;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes a body's content in the framing of the message that is sent (RFC 9112 section 6). */
public final class BodyEncoder {

    private static final byte[] DIGITS = Octets.ascii("0123456789abcdef");
    private static final int SIZE_LINE = 10;

    private final Outbound out;
    private boolean chunked;

    public BodyEncoder(Outbound out) {
        this.out = out;
    }

    /** Begins a body. */
    public void begin(Framing framing) {
        chunked = framing == Framing.CHUNKED;
    }

    /** Writes a piece, and takes its ownership. */
    public void data(ByteBuf piece) {
        if (!chunked) {
            out.write(piece);
            return;
        }
        size(out.room(SIZE_LINE), piece.readableBytes());
        out.write(piece);
        out.room(2).writeByte('\r').writeByte('\n');
    }

    /** Ends the body. */
    public void end(@Nullable Trailers trailers) {
        if (!chunked) {
            return;
        }
        int room = 5 + (trailers == null ? 0 : trailers.fieldBytes());
        ByteBuf last = out.room(room).writeByte('0').writeByte('\r').writeByte('\n');
        if (trailers != null) {
            trailers.write(last);
        }
        last.writeByte('\r').writeByte('\n');
    }

    /** Writes so many octets of a buffer, which stays the caller's. */
    public void data(ByteBuf from, int length) {
        if (chunked) {
            data(from.readRetainedSlice(length));
        } else {
            out.write(from, length);
        }
    }

    private static void size(ByteBuf line, int size) {
        int shift = 28;
        while (shift > 0 && size >>> shift == 0) {
            shift -= 4;
        }
        for (; shift >= 0; shift -= 4) {
            line.writeByte(DIGITS[size >>> shift & 0xf]);
        }
        line.writeByte('\r').writeByte('\n');
    }
}
