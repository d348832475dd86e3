package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.upstream.UpstreamStream;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's body, for as long as it may have to be sent again: what has been passed on so far, if that is not much. Pieces are shared with
 * what is sent, not copied. On its event loop.
 */
final class KeptBody {

    /** As nginx keeps in memory by default, and more than most forms and API calls have. */
    static final int MAX_OCTETS = 64 * 1_024;

    private final List<ByteBuf> pieces = new ArrayList<>();
    private int octets;
    private boolean whole = true;

    /** Whether all that was passed on is here. */
    boolean whole() {
        return whole;
    }

    /** Keeps a piece beside whoever gets it; the caller's ownership stays. Past the bound all is let go. */
    void add(ByteBuf piece) {
        if (!whole) {
            return;
        }
        octets += piece.readableBytes();
        if (octets > MAX_OCTETS) {
            letGo();
        } else {
            pieces.add(piece.retainedDuplicate());
        }
    }

    /** It will not be sent again, or not as it was. May be called again. */
    void letGo() {
        whole = false;
        pieces.forEach(ByteBuf::release);
        pieces.clear();
    }

    /** Sends it again, as far as it has come. */
    void sendTo(UpstreamStream stream) {
        for (ByteBuf piece : pieces) {
            stream.data(piece.retainedDuplicate());
        }
    }
}
