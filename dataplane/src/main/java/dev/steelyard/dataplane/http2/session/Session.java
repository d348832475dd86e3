package dev.steelyard.dataplane.http2.session;

import dev.steelyard.dataplane.fields.HeadFields;
import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FieldWriter;
import dev.steelyard.dataplane.http2.frame.FrameReader;
import dev.steelyard.dataplane.http2.frame.FrameType;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.frame.Violation;
import dev.steelyard.dataplane.transport.Deadlines;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 connection in either role: its streams, both directions' windows, and what is told of it as a whole. */
public abstract class Session extends ChannelInboundHandlerAdapter {

    /** How much of one stream may be under way to us. */
    public static final int STREAM_WINDOW = 128 * 1024;

    /** How much of all streams together may be under way to us. */
    public static final int CONNECTION_WINDOW = 1024 * 1024;

    /** A record of TLS: what the streams of one pass of the loop send leaves in few of them. */
    private static final int GATHERED = 16 * 1024;

    private static final int UNSENT = 512 * 1024;
    private static final int DEFAULT_WINDOW = 65_535;

    private final Deadlines deadlines;
    private final FrameReader reader;
    private final Incoming incoming;
    private final FieldWriter fieldWriter = new FieldWriter();
    private final FloodGuard floods;
    private final IntObjectMap<Stream> streams = new IntObjectHashMap<>();
    private final ArrayDeque<Stream> waiting = new ArrayDeque<>();
    private final Runnable flush;
    private final List<Stream> writableLater = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private int sendWindow = DEFAULT_WINDOW;
    private int peerInitialWindow = DEFAULT_WINDOW;
    private boolean flushDue;
    private boolean reading;
    private boolean closing;
    private boolean paused;
    private final RecentResets recentResets = new RecentResets();

    /**
     * @param maxFieldBytes of a list of fields; a larger one is passed to its stream as too large
     * @param mostResets streams that the peer may end before their time, beyond those that end as they should
     */
    @SuppressWarnings("this-escape") // kept by what is made here, and called by nobody before there is a channel
    protected Session(Deadlines deadlines, int maxFieldBytes, int mostResets) {
        this.deadlines = deadlines;
        // Compression only makes smaller; what is still larger than this is no header block that could be served.
        this.flush = this::flushNow;
        this.floods = new FloodGuard(deadlines.now(), mostResets);
        FieldBlock fields = new FieldBlock(maxFieldBytes + MessageHead.MAX_FIELDS * 32L);
        this.incoming = new Incoming(this, fields, floods);
        this.reader = new FrameReader(incoming, 2 * maxFieldBytes);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) throws Exception {
        context = added;
        out = new Outbound(added, GATHERED);
    }

    /** Of the connection. */
    protected final ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** What is sent. */
    protected final Outbound out() {
        return Objects.requireNonNull(out);
    }

    /** Of its event loop. */
    protected final Deadlines deadlines() {
        return deadlines;
    }

    /** Opens the connection's window, after the first SETTINGS frame. */
    protected final void openWindow() {
        FrameWriter.windowUpdate(out().room(FrameWriter.CONTROL_BYTES), 0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    }

    /** A header block that begins a stream, or is for one that is closed. */
    protected abstract void headersReceived(int stream, FieldBlock block, boolean endStream) throws Violation;

    /** Whether a stream of that number has never been used. */
    protected abstract boolean idle(int stream);

    /** One of the peer's settings that only this role cares for. */
    protected abstract void settingReceived(int id, long value) throws Violation;

    /** The peer's first settings are in force. */
    protected abstract void ready();

    /** The peer means to end the connection. */
    protected abstract void goAwayReceived(int lastStream, long code);

    /** The peer has answered a PING. */
    protected abstract void pinged(long payload);

    /** A stream has ended. */
    protected abstract void streamEnded();

    /** The connection is of no further use, and is to be closed: the peer broke the protocol, and is told so. */
    protected abstract void failed(Violation violation);

    /** How many streams are open. */
    public final int openStreams() {
        return streams.size();
    }

    /** Whether a header block has begun and not ended. */
    protected final boolean inHeaderBlock() {
        return reader.inHeaderBlock();
    }

    /**
     * Opens a stream.
     *
     * @param remoteEnded whether the peer has ended its side with what began it
     */
    protected final void add(Stream stream, int id, boolean remoteEnded) {
        stream.open(id, remoteEnded);
        streams.put(stream.id(), stream);
        floods.useful(FrameType.MAX_PAYLOAD);
    }

    /** Reads frames; once it has failed, nothing. */
    protected final void read(ByteBuf in) {
        if (closing) {
            return;
        }
        reading = true;
        try {
            reader.read(in);
        } catch (Violation e) {
            fail(e);
        } finally {
            reading = false;
        }
    }

    /** Ends the connection for what the peer did. */
    protected final void fail(Violation violation) {
        if (!closing) {
            closing = true;
            failed(violation);
        }
    }

    /** Ends all streams: their connection is gone. */
    protected final void abortAll() {
        closing = true;
        for (Stream each : streams()) {
            each.abort(AbruptEnd.CONNECTION_GONE, 0);
        }
    }

    /** Ends a stream that the peer has said it will not look at. */
    protected final void unprocessed(Stream stream) {
        stream.abort(AbruptEnd.UNPROCESSED, 0);
    }

    /** The open streams. */
    protected final Stream[] streams() {
        return streams.values().toArray(new Stream[0]);
    }

    /** Refuses a stream that does not come to be. */
    protected final void refuse(int id, ErrorCode code) throws Violation {
        floods.prematureReset(deadlines.now());
        recentResets.add(id);
        FrameWriter.reset(out().room(FrameWriter.CONTROL_BYTES), id, code);
        flushLater();
    }

    /** Whether a stream has been ended by us lately, so that the peer may have sent more on it without knowing. */
    protected final boolean wasReset(int id) {
        return recentResets.contains(id);
    }

    /** RFC 9113 section 5.4.2: a stream ends for what the peer did on it. */
    final void violated(Stream stream, ErrorCode code) throws Violation {
        floods.prematureReset(deadlines.now());
        if (!stream.isClosed()) {
            writeReset(stream, code);
            stream.abort(AbruptEnd.VIOLATED, 0);
        }
    }

    // What streams do.

    @Nullable
    Stream stream(int id) {
        return streams.get(id);
    }

    boolean isClosing() {
        return closing;
    }

    final void taken(int octets) {
        incoming.taken(octets);
    }

    final int peerInitialWindow() {
        return peerInitialWindow;
    }

    /** RFC 9113 section 6.9.2: it holds for the streams that are open, too. */
    void peerInitialWindow(int window) throws Violation {
        long change = (long) window - peerInitialWindow;
        peerInitialWindow = window;
        for (Stream each : streams()) {
            each.shiftSendWindow(change);
        }
    }

    void openSendWindow(int increment) throws Violation {
        if (sendWindow + (long) increment > Integer.MAX_VALUE) {
            throw Violation.of(ErrorCode.FLOW_CONTROL_ERROR, "the connection's window is too large");
        }
        sendWindow += increment;
        pumpAll();
    }

    final int sendWindow() {
        return sendWindow;
    }

    /** Whether a frame may be written now; an empty one needs no window. */
    final boolean mayWrite(boolean empty) {
        return (empty || sendWindow > 0) && out().writable();
    }

    final void waiting(Stream stream) {
        waiting.addLast(stream);
    }

    final void writableLater(Stream stream) {
        writableLater.add(stream);
        flushLater();
    }

    final void writeData(Stream stream, @Nullable ByteBuf piece, boolean end) {
        int length = piece == null ? 0 : piece.readableBytes();
        sendWindow -= length;
        stream.count(FrameType.HEADER_BYTES + length);
        FrameWriter.data(out().room(FrameType.HEADER_BYTES), length, stream.id(), end);
        if (piece != null) {
            out().write(piece);
        }
        if (length > 0 && (stream.queued() == 0 || length == FrameType.MAX_PAYLOAD)) {
            // What a tiny window let out does not count.
            floods.useful(length);
        }
        flushLater();
    }

    final void writeTrailers(Stream stream, MessageHead trailers) {
        writeBlock(stream, block(trailers), true);
    }

    /** Those of {@code head}'s fields that are passed on, as a header block. */
    final byte[] block(MessageHead head) {
        ByteBuf block = Unpooled.buffer(2 * head.length() + 64);
        fieldWriter.begin(block);
        HeadFields.write(head, fieldWriter, block);
        byte[] octets = new byte[block.readableBytes()];
        block.readBytes(octets);
        return octets;
    }

    final void writeBlock(Stream stream, byte[] block, boolean end) {
        ByteBuf to = out().room(FrameType.HEADER_BYTES + block.length);
        int at = FrameWriter.headersBegin(to);
        to.writeBytes(block);
        endHeaders(stream, to, at, end);
    }

    /** Where a header block is written, after {@link #beginHeaders}. */
    public final FieldWriter fieldWriter() {
        return fieldWriter;
    }

    /** A buffer with room for a header block of {@code most} octets; {@link FrameWriter#headersBegin} comes next. */
    public final ByteBuf beginHeaders(int most) {
        return out().room(FrameType.HEADER_BYTES + most);
    }

    /** Completes the header block that was begun at {@code at}. */
    public final void endHeaders(Stream stream, ByteBuf to, int at, boolean end) {
        FrameWriter.headersEnd(to, at, stream.id(), end);
        stream.count(to.writerIndex() - at);
        flushLater();
    }

    final void writeWindowUpdate(int id, int increment) {
        FrameWriter.windowUpdate(out().room(FrameWriter.CONTROL_BYTES), id, increment);
        flushLater();
    }

    final void writeReset(Stream stream, ErrorCode code) {
        recentResets.add(stream.id());
        if (!closing) {
            FrameWriter.reset(out().room(FrameWriter.CONTROL_BYTES), stream.id(), code);
            flushLater();
        }
    }

    final void completed(Stream stream) {
        floods.completed();
    }

    final void remove(Stream stream, int unread) {
        streams.remove(stream.id());
        if (unread > 0) {
            incoming.taken(unread);
        }
        streamEnded();
    }

    /** Streams that wait for the connection's window or the socket take turns, a frame each. */
    private void pumpAll() {
        while (!waiting.isEmpty() && out().writable()) {
            Stream next = waiting.element();
            if (sendWindow <= 0 && next.waitsForConnection()) {
                return;
            }
            waiting.remove();
            if (next.turn()) {
                waiting.addLast(next);
            }
        }
    }

    // The socket.

    /** Sends what was written, once for all streams at the end of the loop's pass, or of what is being read. */
    public final void flushLater() {
        if (!flushDue) {
            flushDue = true;
            if (!reading) {
                context().channel().eventLoop().execute(flush);
            }
        }
    }

    /** Sends what was written. */
    protected final void flushNow() {
        if (!flushDue) {
            return;
        }
        flushDue = false;
        out().flush();
        if (!writableLater.isEmpty()) {
            Stream[] told = writableLater.toArray(new Stream[0]);
            writableLater.clear();
            for (Stream each : told) {
                if (!each.isClosed()) {
                    each.writableAgain();
                }
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushNow();
        pauseIfUnread(ctx);
    }

    /**
     * A peer that does not read what it is sent is not read either, so that answers to what it sends do not pile up. Content is not among
     * them, or two peers of this kind could wait for one another.
     */
    private void pauseIfUnread(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer unsent = ctx.channel().unsafe().outboundBuffer();
        if (!paused && unsent != null && unsent.totalPendingWriteBytes() > UNSENT) {
            paused = true;
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            if (paused) {
                paused = false;
                ctx.channel().config().setAutoRead(true);
            }
            pumpAll();
            flushDue = true;
            flushNow();
        }
    }
}
