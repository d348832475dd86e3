package dev.steelyard.dataplane.http2.session;

import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FrameType;
import dev.steelyard.dataplane.http2.frame.Violation;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One stream (RFC 9113 section 5), as both roles have it. */
public abstract class Stream {

    /** More than this is queued only by the piece that passes it. */
    private static final int QUEUED = 32 * 1024;

    private final Session session;
    private int id;
    private final SendQueue queue = new SendQueue();
    private byte @Nullable [] trailers;
    private int sendWindow;
    private int receiveWindow;
    private int credit;
    private int held;
    private long written;
    private boolean endQueued;
    private boolean localEnded;
    private boolean remoteEnded;
    private boolean inTurn;
    private boolean full;
    private boolean closed;

    /** A stream still to be opened by {@link Session#add}. */
    protected Stream(Session session) {
        this.session = session;
        this.receiveWindow = Session.STREAM_WINDOW;
    }

    final void open(int number, boolean ended) {
        id = number;
        remoteEnded = ended;
        sendWindow = session.peerInitialWindow();
    }

    /** Its number; 0 as long as it is not open. */
    public final int id() {
        return id;
    }

    /** Another header block than the first has come on it. */
    protected abstract void headersReceived(FieldBlock fields, boolean endStream) throws Violation;

    /** Content has come; its ownership goes to this. To be followed by {@link #taken}, now or later. */
    protected abstract void dataReceived(ByteBuf piece) throws Violation;

    /** The peer has ended its side. */
    protected abstract void endReceived() throws Violation;

    /**
     * It has ended before its time: by the peer, by us for what the peer did, or with its connection. Nothing can be sent any more.
     *
     * @param end how it came about
     * @param code of the peer's reset, or else 0
     */
    protected abstract void aborted(AbruptEnd end, long code);

    /** {@link #writable} has become true. */
    protected abstract void writableAgain();

    /** The last of what was to be sent has been written. */
    protected void sendingDone() {}

    /** Whether the peer has ended its side. */
    public final boolean remoteEnded() {
        return remoteEnded;
    }

    /** Whether the end of our side has been written. */
    public final boolean localEnded() {
        return localEnded;
    }

    /** Whether nothing more happens on it. */
    public final boolean isClosed() {
        return closed;
    }

    /** Octets of frames written so far. */
    public final long written() {
        return written;
    }

    /** Octets that wait for a window or the socket. */
    public final int queued() {
        return queue.octets();
    }

    /** Whether it takes more without queueing beyond its mark. */
    public final boolean writable() {
        if (queue.octets() < QUEUED) {
            return true;
        }
        full = true;
        return false;
    }

    final void count(int octets) {
        written += octets;
    }

    /** Sends content, and takes its ownership. */
    protected final void send(ByteBuf piece, boolean end) {
        if (closed || localEnded || endQueued) {
            piece.release();
            return;
        }
        queue.add(piece);
        endQueued = end;
        pump();
    }

    /**
     * Ends our side once what was queued has been sent.
     *
     * @param fields trailer fields; valid during the call alone
     */
    protected final void endSending(@Nullable MessageHead fields) {
        if (closed || localEnded || endQueued) {
            return;
        }
        endQueued = true;
        if (fields != null) {
            if (queue.isEmpty()) {
                session.writeTrailers(this, fields);
                ended();
                return;
            }
            trailers = session.block(fields);
        }
        pump();
    }

    /** A HEADERS frame with END_STREAM has been written. */
    protected final void endedByHeaders() {
        endQueued = true;
        ended();
    }

    private void pump() {
        if (!inTurn) {
            while (canWrite() && session.mayWrite(queue.isEmpty())) {
                writeFrame();
            }
            if (canWrite()) {
                inTurn = true;
                session.waiting(this);
            }
        }
    }

    /** Whether this stream, for its own part, has a frame to write now. */
    private boolean canWrite() {
        return !closed && !localEnded && (queue.isEmpty() ? endQueued : sendWindow > 0);
    }

    private void writeFrame() {
        if (queue.isEmpty()) {
            if (trailers != null) {
                session.writeBlock(this, trailers, true);
            } else {
                session.writeData(this, null, true);
            }
            ended();
            return;
        }
        int most = Math.min(Math.min(sendWindow, session.sendWindow()), FrameType.MAX_PAYLOAD);
        ByteBuf piece = queue.take(most);
        sendWindow -= piece.readableBytes();
        boolean last = endQueued && queue.isEmpty() && trailers == null;
        session.writeData(this, piece, last);
        if (last) {
            ended();
        } else if (full && queue.octets() < QUEUED / 2) {
            full = false;
            session.writableLater(this);
        }
    }

    private void ended() {
        localEnded = true;
        sendingDone();
        closeIfDone();
    }

    /** Its turn: writes one frame if it can. Returns whether it waits for another turn. */
    final boolean turn() {
        inTurn = false;
        if (canWrite()) {
            writeFrame();
        }
        if (canWrite()) {
            inTurn = true;
        }
        return inTurn;
    }

    final boolean waitsForConnection() {
        return !queue.isEmpty();
    }

    final void openSendWindow(long increment) throws Violation {
        long opened = sendWindow + increment;
        if (opened > Integer.MAX_VALUE) {
            session.violated(this, ErrorCode.FLOW_CONTROL_ERROR);
            return;
        }
        sendWindow = (int) opened;
        pump();
    }

    /** RFC 9113 section 6.9.2: the peer's initial window has changed. May go below zero. */
    final void shiftSendWindow(long change) throws Violation {
        long opened = sendWindow + change;
        if (opened > Integer.MAX_VALUE) {
            throw Violation.of(ErrorCode.FLOW_CONTROL_ERROR, "a window is too large");
        }
        sendWindow = (int) opened;
        pump();
    }

    /** Whether the window allows so much more to come. */
    final boolean admit(int length) {
        receiveWindow -= length;
        held += length;
        return receiveWindow >= 0;
    }

    /** So many octets that came have been passed on, or thrown away: as many more may come. */
    public final void taken(int octets) {
        if (octets == 0 || closed) {
            return;
        }
        held -= octets;
        session.taken(octets);
        if (remoteEnded) {
            return;
        }
        credit += octets;
        if (credit >= Session.STREAM_WINDOW / 2) {
            receiveWindow += credit;
            session.writeWindowUpdate(id, credit);
            credit = 0;
        }
    }

    final void receivedEnd() throws Violation {
        remoteEnded = true;
        endReceived();
        closeIfDone();
    }

    private void closeIfDone() {
        if (localEnded && remoteEnded && !closed) {
            session.completed(this);
            forget();
        }
    }

    /** Ends it at once, telling the peer why. {@link #aborted} is not called. */
    public final void reset(ErrorCode code) {
        if (!closed) {
            session.writeReset(this, code);
            forget();
        }
    }

    /** RFC 9113 section 5.4.2: as {@link #reset}, for what the peer did, which is counted; {@link #aborted} is called. */
    protected final void violated(ErrorCode code) throws Violation {
        session.violated(this, code);
    }

    final void abort(AbruptEnd end, long code) {
        if (!closed) {
            forget();
            aborted(end, code);
        }
    }

    private void forget() {
        closed = true;
        queue.discard();
        session.remove(this, held);
        held = 0;
    }
}
