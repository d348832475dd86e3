package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.exchange.Account;
import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.exchange.ClientSide;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.exchange.Exchange;
import dev.steelyard.dataplane.fields.GrpcStatus;
import dev.steelyard.dataplane.fields.TrailerFields;
import dev.steelyard.dataplane.filter.LocalReply;
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
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/2 client and its response. What its exchange cannot take yet waits here, no more than the stream's window. */
final class ClientStream extends Stream implements ClientSide {

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final ResponseFlag REFUSED = ResponseFlag.BAD_REQUEST;

    private final ClientSession session;
    private final EngineLoop loop;
    private final RequestHead head;
    private @Nullable Exchange exchange;
    private @Nullable Exchange unreported;
    private @Nullable Deadline deadline;
    private @Nullable ArrayDeque<ByteBuf> waiting;
    private @Nullable Trailers trailers;
    private long bodyLeft = -1;
    private long responseLeft = -1;
    private long taken;
    private boolean bodyDone;
    private boolean tunnel;
    private boolean tunnelled;
    private boolean toHead;
    private boolean grpc;
    private boolean headGiven;

    ClientStream(ClientSession session, RequestHead head) {
        super(session);
        this.session = session;
        this.loop = session.loop();
        this.head = head;
    }

    /** The head has been filled: the request goes its way. */
    void begin(ListenerPlan.Http plan, boolean asTunnel) {
        tunnel = asTunnel;
        toHead = head.method().equals("HEAD");
        grpc = GrpcStatus.isCall(head);
        bodyDone = head.framing() == Framing.NONE;
        bodyLeft = head.framing() == Framing.CHUNKED || tunnel ? -1 : head.contentLength();
        Exchange begun = new Exchange(this, loop, head, plan);
        exchange = begun;
        begun.start();
        session.touched(this);
    }

    /** The request is refused before it has a route. */
    void refuse(MalformedMessage malformed, ListenerPlan.Http plan) {
        Account account = new Account(loop).open(plan, 0);
        account.received(head.length());
        account.flag(REFUSED);
        int body = write(LocalReply.sentence(malformed.status(), malformed.reason()));
        account.answeredOurselves(malformed.status(), body, written());
        account.ended(head, origin(), protocol(), written());
        account.report();
        finish();
    }

    @Override
    protected void headersReceived(FieldBlock fields, boolean endStream) throws Violation {
        Trailers read = TrailerFields.read(fields);
        if (!endStream || read == null || tunnel || bodyLeft > 0) {
            violated(ErrorCode.PROTOCOL_ERROR);
        } else if (read.count() > 0) {
            trailers = read;
        }
    }

    @Override
    protected void dataReceived(ByteBuf piece) throws Violation {
        int length = piece.readableBytes();
        if (bodyLeft >= 0) {
            bodyLeft -= length;
            if (bodyLeft < 0) {
                piece.release();
                violated(ErrorCode.PROTOCOL_ERROR);
                return;
            }
        }
        Exchange to = exchange;
        if (to == null) {
            // The window stays as it is: the client is not asked for more.
            piece.release();
        } else if (waiting != null || !takes(to)) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
            }
            waiting.addLast(piece);
        } else {
            to.requestData(piece);
            taken(length);
            session.touched(this);
        }
    }

    @Override
    protected void endReceived() throws Violation {
        if (bodyLeft > 0) {
            violated(ErrorCode.PROTOCOL_ERROR);
            return;
        }
        if (exchange == null && deadline != null) {
            deadline.cancel();
        }
        passOn();
    }

    private boolean takes(Exchange to) {
        return (!tunnel || tunnelled) && to.takesBody();
    }

    /** Gives the exchange what it takes of what waits, and the end. */
    private void passOn() {
        while (exchange != null && waiting != null && takes(exchange)) {
            ByteBuf piece = waiting.removeFirst();
            if (waiting.isEmpty()) {
                waiting = null;
            }
            int length = piece.readableBytes();
            exchange.requestData(piece);
            taken(length);
        }
        Exchange to = exchange;
        if (to == null || waiting != null || !remoteEnded() || !takes(to)) {
            return;
        }
        if (tunnel) {
            to.clientInputEnded();
        } else if (!bodyDone) {
            bodyDone = true;
            to.requestComplete(trailers);
        }
        session.touched(this);
    }

    @Override
    public void resume() {
        passOn();
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    /** For now nothing more comes from the client. */
    void flushRequest() {
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    @Override
    protected void writableAgain() {
        if (exchange != null) {
            exchange.clientWritable();
        }
    }

    @Override
    protected void aborted(AbruptEnd end, long code) {
        Exchange cut = exchange;
        exchange = null;
        if (cut != null) {
            cut.clientGone();
        }
        finish();
        reportLast();
    }

    @Override
    protected void sendingDone() {
        reportLast();
    }

    private void reportLast() {
        Exchange last = unreported;
        unreported = null;
        if (last != null) {
            last.report();
            stopRequest();
        }
    }

    /**
     * RFC 9113 section 8.1: with the whole response sent, the rest of the request is not wanted. Not at once: clients are known that throw the
     * response away if the reset comes with it.
     */
    private void stopRequest() {
        if (localEnded() && !remoteEnded()) {
            deadline(loop.deadlines().now() + STOP_NANOS);
        }
    }

    // What the exchange calls.

    @Override
    public ClientOrigin origin() {
        return session.origin();
    }

    @Override
    public String protocol() {
        return "HTTP/2.0";
    }

    @Override
    public void interim(ResponseHead interim) {
        if (!isClosed()) {
            ResponseHeaders.relay(session, this, interim, false);
        }
    }

    @Override
    public void head(ResponseHead response, boolean requestDone) {
        if (isClosed()) {
            return;
        }
        Framing framing = response.framing();
        boolean last = response.endsWithHead();
        responseLeft = framing == Framing.LENGTH && !response.trailersMayFollowLength() ? response.contentLength() : -1;
        ResponseHeaders.relay(session, this, response, last);
        if (last) {
            endedByHeaders();
        }
    }

    @Override
    public void data(ByteBuf piece) {
        if (responseLeft >= 0) {
            responseLeft -= piece.readableBytes();
        }
        send(piece, responseLeft == 0);
    }

    @Override
    public void end(@Nullable Trailers fields) {
        endSending(fields);
    }

    @Override
    public void upgraded(ResponseHead response) {
        tunnelled = true;
        ResponseHeaders.tunnel(session, this, response);
        resume();
    }

    @Override
    public void endOutput() {
        endSending(null);
    }

    @Override
    public int answer(LocalReply reply, boolean requestDone) {
        return write(reply);
    }

    private int write(LocalReply reply) {
        if (isClosed()) {
            return 0;
        }
        if (grpc) {
            ResponseHeaders.grpcAnswer(session, this, reply, loop.clock().instant());
            endedByHeaders();
            return 0;
        }
        boolean bodiless = toHead || reply.bodiless() || reply.body().length == 0;
        ResponseHeaders.answer(session, this, reply, loop.clock().instant(), bodiless);
        if (bodiless) {
            endedByHeaders();
            return 0;
        }
        send(Unpooled.wrappedBuffer(reply.body()), true);
        return reply.body().length;
    }

    @Override
    public void ended(Exchange ended) {
        exchange = null;
        finish();
        unreported = ended;
        if (localEnded() || isClosed()) {
            reportLast();
        }
    }

    @Override
    public void cutShort() {
        Exchange cut = exchange;
        exchange = null;
        reset(ErrorCode.INTERNAL_ERROR);
        if (cut != null) {
            cut.clientGone();
        }
        finish();
    }

    @Override
    public void flush() {
        session.flushLater();
    }

    @Override
    public boolean progresses() {
        boolean progress = queued() > 0 && written() > taken;
        taken = written();
        return progress;
    }

    @Override
    public void deadline(long at) {
        if (deadline == null) {
            deadline = loop.deadlines().deadline(this::deadlinePassed);
        }
        deadline.at(at);
    }

    private void deadlinePassed() {
        if (exchange != null) {
            exchange.deadlinePassed();
        } else {
            reset(ErrorCode.NO_ERROR);
        }
    }

    /** The exchange has ended, or never began. */
    private void finish() {
        if (deadline != null) {
            deadline.cancel();
        }
        ArrayDeque<ByteBuf> left = waiting;
        waiting = null;
        if (left != null) {
            for (ByteBuf piece : left) {
                int length = piece.readableBytes();
                piece.release();
                taken(length);
            }
        }
        if (!headGiven) {
            headGiven = true;
            loop.giveHead(head);
        }
    }
}
