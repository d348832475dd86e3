package dev.steelyard.dataplane.http2.session;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What one stream has to send and could not yet. */
final class SendQueue {

    private @Nullable ArrayDeque<ByteBuf> pieces;
    private int octets;

    /** Adds a piece, and takes its ownership. */
    void add(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        if (pieces == null) {
            pieces = new ArrayDeque<>(4);
        }
        pieces.addLast(piece);
        octets += piece.readableBytes();
    }

    /** Takes at most {@code most} octets out, of one piece; ownership goes to the caller. */
    ByteBuf take(int most) {
        ArrayDeque<ByteBuf> held = pieces;
        if (held == null) {
            throw new IllegalStateException("nothing is queued");
        }
        ByteBuf first = held.element();
        if (first.readableBytes() > most) {
            octets -= most;
            return first.readRetainedSlice(most);
        }
        octets -= first.readableBytes();
        return held.removeFirst();
    }

    int octets() {
        return octets;
    }

    boolean isEmpty() {
        return octets == 0;
    }

    /** Releases everything. */
    void discard() {
        if (pieces != null) {
            pieces.forEach(ByteBuf::release);
            pieces.clear();
        }
        octets = 0;
    }
}
