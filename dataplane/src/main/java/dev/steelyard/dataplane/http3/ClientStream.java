package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.exchange.Account;
import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.exchange.ClientSide;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.exchange.Exchange;
import dev.steelyard.dataplane.exchange.ResponseDate;
import dev.steelyard.dataplane.fields.GrpcStatus;
import dev.steelyard.dataplane.fields.HeadFields;
import dev.steelyard.dataplane.fields.ResponseFields;
import dev.steelyard.dataplane.fields.TrailerFields;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.qpack.SectionWriter;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request of an HTTP/3 client and its response. What its exchange cannot take yet waits here, and the stream is not read meanwhile. */
final class ClientStream extends RequestStream implements ClientSide {

    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final SectionWriter WRITER = new SectionWriter();

    private final EngineLoop loop;
    private final StreamOutput out;
    private final Deadline deadline;
    private @Nullable RequestHead head;
    private @Nullable Exchange exchange;
    private @Nullable Exchange unreported;
    private @Nullable ArrayDeque<ByteBuf> waiting;
    private @Nullable Trailers trailers;
    private long progress;
    private boolean bodyDone;
    private boolean toHead;
    private boolean grpc;
    private boolean headGiven;
    private boolean stopping;

    ClientStream(ClientSession session, QuicStreamChannel stream) {
        super(session, stream);
        this.loop = session.loop();
        this.out = new StreamOutput(stream, this::sendingDone);
        this.deadline = loop.deadlines().deadline(this::deadlinePassed);
        deadline.at(session.headUntil());
    }

    // What comes from the client.

    @Override
    protected void requestReceived(boolean end) {
        if (!(session().listener().plan() instanceof ListenerPlan.Http plan)) {
            reset(ErrorCode.REQUEST_REJECTED);
            return;
        }
        deadline.at(Long.MAX_VALUE);
        RequestHead read = loop.takeHead().begin(plan.limits().maxHeaderBytes());
        head = read;
        try {
            if (session().fields().tooLarge()) {
                refuse(MalformedMessage.fieldsTooLarge(), read, plan);
            } else if (session().requestFields().fill(session().fields(), read, end, loop.random())) {
                start(read, plan);
            } else {
                malformed();
            }
        } catch (MalformedMessage e) {
            refuse(e, read, plan);
        }
    }

    @Override
    protected void headTooLarge() {
        if (session().listener().plan() instanceof ListenerPlan.Http plan) {
            RequestHead none = loop.takeHead().begin(plan.limits().maxHeaderBytes());
            head = none;
            refuse(MalformedMessage.fieldsTooLarge(), none, plan);
        }
    }

    private void start(RequestHead read, ListenerPlan.Http plan) {
        toHead = read.method().equals("HEAD");
        grpc = GrpcStatus.isCall(read);
        bodyDone = read.framing() == Framing.NONE;
        bodyIs(read.framing() == Framing.CHUNKED ? -1 : read.contentLength());
        Exchange begun = new Exchange(this, loop, read, plan);
        exchange = begun;
        begun.start();
    }

    /** The request is refused before it has a route. */
    private void refuse(MalformedMessage malformed, RequestHead read, ListenerPlan.Http plan) {
        Account account = new Account(loop).open(plan, 0);
        account.received(read.length());
        account.flag(ResponseFlag.BAD_REQUEST);
        int body = write(LocalReply.sentence(malformed.status(), malformed.reason()));
        account.answeredOurselves(malformed.status(), body, written());
        account.ended(read, origin(), protocol(), written());
        account.report();
        finish();
    }

    @Override
    protected void malformed() {
        if (exchange == null) {
            loop.unrouted().flagged(ResponseFlag.BAD_REQUEST);
        }
        session().prematureEnd();
        reset(ErrorCode.MESSAGE_ERROR);
    }

    @Override
    protected void incomplete() {
        session().prematureEnd();
        reset(ErrorCode.REQUEST_INCOMPLETE);
    }

    @Override
    protected void trailersReceived() {
        Trailers read = TrailerFields.read(session().fields());
        if (read == null) {
            malformed();
        } else if (read.count() > 0) {
            trailers = read;
        }
    }

    @Override
    protected void dataReceived(ByteBuf content) {
        Exchange to = exchange;
        if (to == null) {
            content.release();
        } else if (waiting != null || !to.takesBody()) {
            if (waiting == null) {
                waiting = new ArrayDeque<>(4);
                reading(false);
            }
            waiting.addLast(content);
        } else {
            to.requestData(content);
        }
    }

    @Override
    protected void endReceived() {
        passOn();
    }

    /** Gives the exchange what it takes of what waits, and the end. */
    private void passOn() {
        while (exchange != null && waiting != null && exchange.takesBody()) {
            ByteBuf content = waiting.removeFirst();
            if (waiting.isEmpty()) {
                waiting = null;
            }
            exchange.requestData(content);
        }
        Exchange to = exchange;
        if (to != null && waiting == null && remoteEnded() && !bodyDone && to.takesBody()) {
            bodyDone = true;
            to.requestComplete(trailers);
        }
    }

    @Override
    public void resume() {
        boolean paused = waiting != null;
        passOn();
        flushRequest();
        if (paused && waiting == null) {
            reading(true);
        }
    }

    private void flushRequest() {
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushRequest();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (out.writable() && exchange != null) {
            exchange.clientWritable();
        }
    }

    /** The client has given up, or its connection has ended: nothing can be sent any more. */
    @Override
    protected void aborted() {
        out.discard();
        deadline.cancel();
        stopping = true;
        Exchange cut = exchange;
        exchange = null;
        if (cut != null) {
            cut.clientGone();
        }
        finish();
        reportLast();
    }

    private void sendingDone(boolean whole) {
        if (!whole) {
            session().prematureEnd();
            reset(ErrorCode.REQUEST_CANCELLED);
            return;
        }
        session().completed();
        reportLast();
        if (!remoteEnded()) {
            // RFC 9114 section 4.1: the rest of the request is not wanted. It may end by itself yet.
            stopping = true;
            deadline.in(STOP_NANOS);
        }
    }

    private void reportLast() {
        Exchange last = unreported;
        unreported = null;
        if (last != null) {
            last.report();
        }
    }

    // What the exchange calls.

    @Override
    public ClientOrigin origin() {
        return session().origin();
    }

    @Override
    public String protocol() {
        return "HTTP/3.0";
    }

    @Override
    public void interim(ResponseHead interim) {
        relay(interim);
        out.flush();
    }

    @Override
    public void head(ResponseHead response, boolean requestDone) {
        relay(response);
    }

    private void relay(ResponseHead response) {
        response.dropWhatIsNotRelayed();
        ByteBuf section = out.headersBegin(ResponseFields.relayBytes(response));
        ResponseFields.relay(response, response.status(), WRITER, section);
        out.headersEnd(section);
    }

    @Override
    public void data(ByteBuf piece) {
        out.data(piece);
    }

    @Override
    public void end(@Nullable Trailers fields) {
        if (fields != null) {
            ByteBuf section = out.headersBegin(2 * fields.length() + 64);
            WRITER.begin(section);
            HeadFields.write(fields, WRITER, section);
            out.headersEnd(section);
        }
        out.end();
    }

    /** No request asks for it: RFC 9220 is not served. */
    @Override
    public void upgraded(ResponseHead response) {
        throw new IllegalStateException("an endpoint has changed protocol unasked");
    }

    @Override
    public void endOutput() {
        out.end();
    }

    @Override
    public int answer(LocalReply reply, boolean requestDone) {
        return write(reply);
    }

    private int write(LocalReply reply) {
        ByteBuf section = out.headersBegin(ResponseFields.answerBytes(reply));
        String date = ResponseDate.of(loop.clock().instant());
        int body = 0;
        if (grpc) {
            ResponseFields.grpcAnswer(reply, date, WRITER, section);
            out.headersEnd(section);
        } else {
            ResponseFields.answer(reply, date, WRITER, section);
            out.headersEnd(section);
            if (!toHead && !reply.bodiless() && reply.body().length > 0) {
                body = reply.body().length;
                out.data(Unpooled.wrappedBuffer(reply.body()));
            }
        }
        out.end();
        return body;
    }

    @Override
    public void ended(Exchange ended) {
        exchange = null;
        finish();
        if (closed() || !out.ending() || out.unsent() > 0) {
            unreported = ended;
            if (closed()) {
                reportLast();
            }
        } else {
            ended.report();
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
    }

    @Override
    public boolean writable() {
        return out.writable();
    }

    @Override
    public void flush() {
        out.flush();
    }

    @Override
    public long written() {
        return out.written();
    }

    @Override
    public boolean progresses() {
        boolean more = out.unsent() > 0 && out.sent() > progress;
        progress = out.sent();
        return more;
    }

    @Override
    public void deadline(long at) {
        deadline.at(at);
    }

    private void deadlinePassed() {
        if (exchange != null) {
            exchange.deadlinePassed();
        } else if (head == null && !out.ending()) {
            loop.unrouted().flagged(ResponseFlag.CLIENT_TIMEOUT);
            session().prematureEnd();
            reset(ErrorCode.REQUEST_CANCELLED);
        } else {
            stop();
        }
    }

    /** The exchange has ended, or never began. */
    private void finish() {
        if (!stopping) {
            deadline.at(Long.MAX_VALUE);
        }
        ArrayDeque<ByteBuf> left = waiting;
        waiting = null;
        if (left != null) {
            left.forEach(ByteBuf::release);
            reading(true);
        }
        RequestHead done = head;
        if (done != null && !headGiven) {
            headGiven = true;
            loop.giveHead(done);
        }
    }
}
