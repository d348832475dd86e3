package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameReader;
import dev.steelyard.dataplane.http3.frame.FrameReader.Payload;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;

/**
 * What a client may send on a request stream, and in which order (RFC 9114 section 4.1): HEADERS, DATA, HEADERS again for trailers, and
 * frames of no meaning anywhere between.
 */
abstract class RequestStream extends ChannelInboundHandlerAdapter implements FrameReader.Sink {

    private static final int EMPTY_COST = 8;

    private final ClientSession session;
    private final QuicStreamChannel stream;
    private final FrameReader reader;
    private Received received = Received.NOTHING;
    private ByteBuf current = Unpooled.EMPTY_BUFFER;
    private boolean lastFrame;
    private boolean headerTooLarge;
    private boolean remoteEnded;
    private boolean closed;
    private long bodyLeft = -1;

    private enum Received {
        NOTHING,
        HEAD,
        TRAILERS
    }

    RequestStream(ClientSession session, QuicStreamChannel stream) {
        this.session = session;
        this.stream = stream;
        this.reader = new FrameReader(this, stream.alloc());
    }

    /**
     * The request's fields are in {@link ClientSession#fields}.
     *
     * @param end whether nothing follows
     */
    protected abstract void requestReceived(boolean end);

    /** The request's fields are more than anybody could be served with. */
    protected abstract void headTooLarge();

    /** The trailer fields are in {@link ClientSession#fields}. */
    protected abstract void trailersReceived();

    /** A piece of the body; its ownership goes to this. */
    protected abstract void dataReceived(ByteBuf content);

    /** The client has sent all. */
    protected abstract void endReceived();

    /** The request breaks the rules of HTTP (RFC 9114 section 4.1.2). */
    protected abstract void malformed();

    /** The client's side has ended before there was a request. */
    protected abstract void incomplete();

    /** It has ended before its time. */
    protected abstract void aborted();

    final ClientSession session() {
        return session;
    }

    /** Whether the client has sent all. */
    final boolean remoteEnded() {
        return remoteEnded;
    }

    /** Whether nothing more happens on it. */
    final boolean closed() {
        return closed;
    }

    /** So many octets have to come in DATA frames; -1: any number may. */
    final void bodyIs(long octets) {
        bodyLeft = octets;
    }

    /** Whether more is read; what is not waits at the client, once the stream's window is full. */
    final void reading(boolean on) {
        stream.config().setAutoRead(on);
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamFrame frame = (QuicStreamFrame) message;
        ByteBuf content = frame.content();
        try {
            if (!closed) {
                current = content;
                lastFrame = frame.hasFin();
                reader.read(content);
                if (lastFrame && !closed) {
                    ended();
                }
            }
        } catch (Violation e) {
            session.fail(e);
        } finally {
            current = Unpooled.EMPTY_BUFFER;
            frame.release();
        }
    }

    private void ended() throws Violation {
        remoteEnded = true;
        if (!reader.betweenFrames()) {
            throw Violation.of(ErrorCode.FRAME_ERROR, "a stream ends within a frame");
        }
        if (received == Received.NOTHING) {
            incomplete();
        } else if (bodyLeft > 0) {
            malformed();
        } else {
            endReceived();
        }
    }

    @Override
    public final Payload begins(long type, long length) throws Violation {
        if (type == FrameType.DATA) {
            return beginsData(length);
        }
        if (type == FrameType.HEADERS) {
            if (received == Received.TRAILERS) {
                throw Violation.unexpected("HEADERS after the trailer fields");
            }
            headerTooLarge = length > session.mostSectionBytes();
            return headerTooLarge ? Payload.SKIPPED : Payload.WHOLE;
        }
        if (type == FrameType.CANCEL_PUSH
                || type == FrameType.SETTINGS
                || type == FrameType.PUSH_PROMISE
                || type == FrameType.GOAWAY
                || type == FrameType.MAX_PUSH_ID
                || FrameType.onlyInHttp2(type)) {
            throw Violation.unexpected("a frame that no request stream may have");
        }
        session.idle(1);
        return Payload.SKIPPED;
    }

    private Payload beginsData(long length) throws Violation {
        if (received != Received.HEAD) {
            throw Violation.unexpected("DATA where there can be none");
        }
        if (length == 0) {
            session.idle(EMPTY_COST);
        }
        if (bodyLeft >= 0) {
            if (length > bodyLeft) {
                malformed();
                return Payload.SKIPPED;
            }
            bodyLeft -= length;
        }
        return Payload.PIECES;
    }

    @Override
    public final void piece(ByteBuf piece) {
        session.useful(piece.readableBytes());
        dataReceived(piece);
    }

    @Override
    public final void whole(long type, ByteBuf content) throws Violation {
        session.fields().read(content);
        if (received == Received.NOTHING) {
            received = Received.HEAD;
            session.request();
            requestReceived(lastFrame && !current.isReadable());
        } else {
            received = Received.TRAILERS;
            trailersReceived();
        }
    }

    @Override
    public final void ended(long type) {
        if (type != FrameType.HEADERS || !headerTooLarge) {
            return;
        }
        if (received == Received.NOTHING) {
            received = Received.HEAD;
            session.request();
            headTooLarge();
        } else {
            malformed();
        }
    }

    /** Ends both directions at once, telling the client why; what has the stream in hand learns it by {@link #aborted}. */
    final void reset(ErrorCode code) {
        if (closed) {
            return;
        }
        close();
        var _ = stream.shutdown(code.number());
        var _ = stream.close();
        aborted();
    }

    /** The response is complete, and the rest of the request is not waited for. */
    final void stop() {
        if (!closed) {
            close();
            var _ = stream.shutdownInput(ErrorCode.NO_ERROR.number());
            var _ = stream.close();
        }
    }

    private void close() {
        closed = true;
        reader.stop();
    }

    /** The client has reset it. */
    @Override
    public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!closed) {
            session.prematureEnd();
            reset(ErrorCode.REQUEST_CANCELLED);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        if (!closed) {
            close();
            aborted();
        }
        session.streamEnded();
    }
}
