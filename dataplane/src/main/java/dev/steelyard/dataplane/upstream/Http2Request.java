package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.fields.TrailerFields;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.Violation;
import dev.steelyard.dataplane.http2.session.AbruptEnd;
import dev.steelyard.dataplane.http2.session.Stream;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One request on an HTTP/2 connection to an endpoint. It has its place there from its making to its end, and a stream once it is sent. */
final class Http2Request extends Stream implements UpstreamStream {

    private static final int MAX_INTERIM = 32;

    private final Http2Connection connection;
    private @Nullable UpstreamListener listener;
    private @Nullable Trailers trailers;
    private long bodyLeft = -1;
    private int interim;
    private int withheld;
    private boolean sent;
    private boolean mayBeStale;
    private boolean toHead;
    private boolean answered;
    private boolean placed = true;
    private boolean reading = true;

    /** What it asks for, if that is a WebSocket. */
    private @Nullable WebSocketHandshake handshake;

    private boolean tunnelled;
    private boolean refused;

    Http2Request(Http2Connection connection, UpstreamListener listener) {
        super(connection);
        this.connection = connection;
        this.listener = listener;
    }

    @Override
    public boolean reused() {
        return connection.isReady();
    }

    @Override
    public void open() {
        connection.open(this);
    }

    void mayBeStale(boolean may) {
        mayBeStale = may;
    }

    /** The connection is there. */
    void connected() {
        if (listener != null) {
            listener.connected(this);
        }
    }

    @Override
    public void send(UpstreamListener receiver, RequestHead request, ForwardingFields client, boolean trusted) {
        listener = receiver;
        handshake = WebSocketHandshake.of(request);
        if (handshake != null && !connection.tunnels()) {
            refused = true;
            // Not before the sender knows that it has sent.
            connection.later(() -> notConnected(UpstreamFailure.NO_WEBSOCKET));
            return;
        }
        sent = true;
        toHead = request.method().equals("HEAD");
        connection.begin(this);
        Http2RequestHead.write(connection, this, request, client, trusted, handshake != null);
        if (handshake == null && request.framing() == Framing.NONE) {
            endedByHeaders();
        }
    }

    @Override
    public void data(ByteBuf piece) {
        if (refused) {
            piece.release();
        } else {
            send(piece, false);
        }
    }

    @Override
    public void end(@Nullable Trailers fields) {
        endSending(fields);
    }

    @Override
    public void flush() {
        connection.flushLater();
    }

    @Override
    public void reading(boolean wanted) {
        reading = wanted;
        if (wanted && withheld > 0) {
            int octets = withheld;
            withheld = 0;
            taken(octets);
        }
    }

    @Override
    public void release() {
        listener = null;
        leave();
    }

    @Override
    public void close() {
        listener = null;
        if (sent) {
            reset(ErrorCode.CANCEL);
        }
        leave();
    }

    @Override
    public void endOutput() {
        endSending(null);
    }

    @Override
    public void closeWhenSent() {
        listener = null;
        if (localEnded()) {
            close();
        }
    }

    /** After {@link #closeWhenSent}, the last has been sent. */
    @Override
    protected void sendingDone() {
        if (tunnelled && listener == null) {
            leave();
        }
    }

    private void leave() {
        if (placed) {
            placed = false;
            connection.left(this);
        }
    }

    @Override
    protected void headersReceived(FieldBlock fields, boolean endStream) throws Violation {
        connection.touched(this);
        if (answered) {
            Trailers read = TrailerFields.read(fields);
            if (!endStream || read == null) {
                violated(ErrorCode.PROTOCOL_ERROR);
            } else if (read.count() > 0) {
                trailers = read;
            }
            return;
        }
        WebSocketHandshake asked = handshake;
        if (asked != null && ResponseFields.success(fields)) {
            beginTunnel(fields, asked);
            return;
        }
        ResponseHead head = connection.head().begin(toHead);
        boolean good;
        try {
            good = !fields.tooLarge() && ResponseFields.fill(fields, head, !endStream);
        } catch (MalformedMessage e) {
            good = false;
        }
        if (!good || head.status() == 101 || (head.interim() && (endStream || ++interim > MAX_INTERIM))) {
            violated(ErrorCode.PROTOCOL_ERROR);
        } else if (head.interim()) {
            receiver().interim(head);
        } else {
            answered = true;
            bodyLeft = head.framing() == Framing.NONE ? 0 : head.declaredLength();
            if (asked != null) {
                endSending(null); // where a tunnel would have begun
            }
            receiver().head(head);
        }
    }

    private void beginTunnel(FieldBlock fields, WebSocketHandshake asked) throws Violation {
        ResponseHead head = connection.head().begin(false);
        boolean good;
        try {
            good = !fields.tooLarge() && ResponseFields.fillUpgrade(fields, head, asked);
        } catch (MalformedMessage e) {
            good = false;
        }
        if (!good) {
            violated(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        answered = true;
        tunnelled = true;
        receiver().upgraded(head);
    }

    private UpstreamListener receiver() {
        UpstreamListener receiver = listener;
        return receiver == null ? Nobody.INSTANCE : receiver;
    }

    @Override
    protected void dataReceived(ByteBuf piece) throws Violation {
        int length = piece.readableBytes();
        boolean tooMuch = bodyLeft >= 0 && bodyLeft < length;
        if (bodyLeft >= 0) {
            bodyLeft -= length;
        }
        if (!answered || tooMuch || toHead) {
            piece.release();
            violated(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        connection.touched(this);
        receiver().data(piece);
        if (reading) {
            taken(length);
        } else {
            withheld += length;
        }
    }

    @Override
    protected void endReceived() throws Violation {
        if (!answered || bodyLeft > 0) {
            violated(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        if (tunnelled) {
            connection.touched(this);
            receiver().inputEnded();
        } else {
            receiver().complete(trailers);
        }
    }

    @Override
    protected void aborted(AbruptEnd end, long code) {
        UpstreamListener receiver = listener;
        listener = null;
        leave();
        if (receiver != null) {
            receiver.failed(failure(end, code));
        }
    }

    private UpstreamFailure failure(AbruptEnd end, long code) {
        return switch (end) {
            case RESET -> ErrorCode.REFUSED_STREAM.is(code) ? UpstreamFailure.REFUSED : UpstreamFailure.RESET;
            case VIOLATED -> UpstreamFailure.MALFORMED;
            case UNPROCESSED -> UpstreamFailure.REFUSED;
            case CONNECTION_GONE ->
                answered || interim > 0 || !mayBeStale || !connection.hasServed()
                        ? UpstreamFailure.RESET
                        : UpstreamFailure.STALE;
        };
    }

    /** No connection came about. */
    void notConnected(UpstreamFailure why) {
        UpstreamListener receiver = listener;
        listener = null;
        leave();
        if (receiver != null) {
            receiver.failed(why);
        }
    }

    /** For now there is no more to be read. */
    void readComplete() {
        receiver().readComplete();
    }

    @Override
    protected void writableAgain() {
        receiver().writabilityChanged();
    }
}
