package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.exchange.Account;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.exchange.Exchange;
import dev.steelyard.dataplane.exchange.Lifetime;
import dev.steelyard.dataplane.http1.body.BodyDecoder;
import dev.steelyard.dataplane.http1.body.BodySink;
import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: its requests, one after the other (RFC 9112 section 9.3), each handed to an {@link Exchange}. What a client sends
 * beyond the request under way is kept, at most one read of it, and no more is read until its turn comes; so pipelined requests are
 * answered in order and in bounded memory.
 */
final class ClientHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ClientHandler.class);

    private final EngineLoop loop;
    private final ListenerState listener;
    private final Deadline deadline;
    private final Lifetime lifetime;
    private final BodyDecoder body = new BodyDecoder();
    private final BodySink bodySink = this::bodyData;
    private @Nullable ClientChannel channel;
    private @Nullable ClientResponse response;
    private @Nullable RequestHead head;
    private @Nullable Exchange exchange;
    private @Nullable ByteBuf pending;
    private ClientPhase phase = ClientPhase.HEAD;
    private boolean processing;
    private boolean reading = true;
    private boolean inputEnded;
    private boolean headTimed;
    private boolean lastSent;

    ClientHandler(EngineLoop loop, ListenerState listener) {
        this.loop = loop;
        this.listener = listener;
        this.deadline = loop.deadlines().deadline(this::deadlinePassed);
        this.lifetime = new Lifetime(listener, loop.deadlines());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = new ClientChannel(ctx);
        response = new ClientResponse(this, channel, loop.clock());
        deadline.at(lifetime.headUntil());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.cancel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf before = pending;
        pending = before == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
        process();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flushRequest();
    }

    /** Goes on with what has been received, as far as it can be taken now. */
    private void process() {
        ByteBuf in = pending;
        if (in == null || processing) {
            afterProcessing();
            return;
        }
        processing = true;
        try {
            boolean more = true;
            while (more && in.isReadable()) {
                more = step(in);
            }
        } catch (MalformedMessage e) {
            refuse(e);
            in.skipBytes(in.readableBytes());
        } finally {
            processing = false;
            if (!in.isReadable() || phase == ClientPhase.CLOSED) {
                pending = null;
                in.release();
            }
        }
        afterProcessing();
    }

    private void afterProcessing() {
        if (inputEnded && pending == null && !processing) {
            switch (phase) {
                case HEAD -> closeAfter(channel().finish(), false);
                // The rest of the body never comes.
                case BODY -> channel().close();
                case TUNNEL -> {
                    if (exchange != null) {
                        exchange.clientInputEnded();
                    }
                }
                case RESPONSE, LINGER, CLOSED -> {}
            }
        }
        updateReading();
    }

    /** Takes what the phase allows; false if nothing more can be taken now. */
    private boolean step(ByteBuf in) throws MalformedMessage {
        return switch (phase) {
            case HEAD -> channel().writable() && readHead(in);
            case BODY, TUNNEL -> exchange != null && exchange.takesBody() && readBody(in);
            case RESPONSE -> false;
            case LINGER, CLOSED -> in.skipBytes(in.readableBytes()).readableBytes() == 0;
        };
    }

    private boolean readHead(ByteBuf in) throws MalformedMessage {
        if (!(listener.plan() instanceof ListenerPlan.Http plan)) {
            closeAfter(channel().finish(), false);
            return true;
        }
        RequestHead current = head;
        if (current == null) {
            current = loop.takeHead().begin(plan.limits().maxHeaderBytes());
            head = current;
            headTimed = false;
        }
        if (current.read(in)) {
            begin(current, plan);
        } else if (!headTimed) {
            headTimed = true;
            deadline.at(lifetime.headUntil());
        }
        return true;
    }

    private boolean readBody(ByteBuf in) throws MalformedMessage {
        Exchange current = exchange();
        body.decode(in, bodySink);
        if (phase == ClientPhase.BODY && body.done()) {
            phase = ClientPhase.RESPONSE;
            current.requestComplete(body.trailers());
        }
        return true;
    }

    private void begin(RequestHead complete, ListenerPlan.Http plan) {
        lifetime.request();
        body.begin(complete.framing(), complete.contentLength());
        phase = complete.framing() == Framing.NONE ? ClientPhase.RESPONSE : ClientPhase.BODY;
        response().begin(complete);
        if (phase == ClientPhase.RESPONSE && !complete.keepAlive()) {
            loop.clientAwaitsAnswer();
        }
        Exchange begun = new Exchange(response(), loop, complete, plan);
        exchange = begun;
        begun.start();
    }

    private void bodyData(ByteBuf piece) {
        if (exchange == null) {
            piece.release();
        } else {
            exchange.requestData(piece);
        }
    }

    /** RFC 9112 section 2.3 and 9.6: after a malformed message nobody can know where the next one begins. */
    private void refuse(MalformedMessage malformed) {
        if (exchange != null) {
            exchange.requestMalformed(malformed);
        } else if (phase == ClientPhase.HEAD) {
            answerUnrouted(malformed.status(), malformed.reason(), ResponseFlag.BAD_REQUEST);
        }
    }

    private void answerUnrouted(int status, String reason, ResponseFlag flag) {
        RequestHead refused = head;
        Outbound out = channel().out();
        long before = out.written();
        int body = response()
                .refuse(status, reason, refused != null && refused.method().equals("HEAD"));
        if (listener.plan() instanceof ListenerPlan.Http plan) {
            Account account = new Account(loop).open(plan, before);
            account.received(refused == null ? 0 : refused.length());
            account.flag(flag);
            account.answeredOurselves(status, body, out.written());
            account.ended(refused, channel().origin(), response().protocol(), out.written());
            account.report();
        }
        closeAfter(channel().finish(), true);
    }

    /** The exchange has written its response whole. */
    void exchangeEnded(Exchange ended, boolean keepAlive) {
        // A client that did not ask for the end may have sent its next request already.
        boolean unread =
                phase == ClientPhase.BODY || pending != null || response().clientGoesOn();
        exchange = null;
        giveHead();
        ChannelFuture last = channel().finish();
        if (last.isDone()) {
            ended.reportAtLast();
        } else {
            last.addListener(_ -> ended.report());
        }
        if (phase == ClientPhase.CLOSED) {
            return;
        }
        if (keepAlive) {
            phase = ClientPhase.HEAD;
            deadline.at(lifetime.idleUntil());
            if (!processing) {
                process();
                flushRequest();
            }
        } else {
            closeAfter(last, unread);
        }
    }

    /**
     * Closes once {@code last} is sent. With input left unread a plain close would reset the connection, and the reset may overtake the
     * response: so the sending side is closed first, and what comes is thrown away for a while (RFC 9112 section 9.6).
     */
    private void closeAfter(ChannelFuture last, boolean unread) {
        if (phase == ClientPhase.LINGER || phase == ClientPhase.CLOSED) {
            return;
        }
        phase = ClientPhase.LINGER;
        giveHead();
        deadline.in(ClientChannel.LAST_RESPONSE_NANOS);
        last.addListener(_ -> {
            lastSent = true;
            if (!unread || inputEnded || phase != ClientPhase.LINGER) {
                channel().close();
                return;
            }
            channel().end();
            deadline.in(ClientChannel.LINGER_NANOS);
        });
        if (!processing) {
            process();
        }
    }

    /** The connection has changed protocol: bytes both ways from now on. */
    void tunnel() {
        phase = ClientPhase.TUNNEL;
        body.begin(Framing.UNTIL_CLOSE, 0);
        resume();
    }

    /** The exchange can take what it could not before. */
    void resume() {
        process();
        flushRequest();
    }

    private void flushRequest() {
        if (exchange != null) {
            exchange.flushRequest();
        }
    }

    private void updateReading() {
        boolean wanted = switch (phase) {
            case HEAD -> pending == null;
            case BODY, TUNNEL -> exchange != null && exchange.takesBody();
            case RESPONSE -> pending == null;
            case LINGER -> true;
            case CLOSED -> reading;
        };
        if (wanted != reading && !inputEnded) {
            reading = wanted;
            channel().channel().config().setAutoRead(wanted);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            if (exchange != null) {
                exchange.clientWritable();
            }
            process();
            flushRequest();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event instanceof SslCloseCompletionEvent) {
            inputEnded();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void inputEnded() {
        if (inputEnded) {
            return;
        }
        inputEnded = true;
        switch (phase) {
            case HEAD, BODY, TUNNEL -> afterProcessing();
            case LINGER -> {
                if (lastSent) {
                    channel().close();
                }
            }
            case RESPONSE, CLOSED -> {}
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = ClientPhase.CLOSED;
        deadline.cancel();
        Exchange cut = exchange;
        exchange = null;
        if (cut != null) {
            cut.clientGone();
        }
        giveHead();
        if (!processing && pending != null) {
            pending.release();
            pending = null;
        }
        channel().out().discard();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof RuntimeException && !(cause.getCause() instanceof IOException)) {
            LOG.warn("client connection {} is closed", ctx.channel(), cause);
        }
        var _ = ctx.close();
    }

    private void deadlinePassed() {
        switch (phase) {
            case HEAD -> requestLate();
            case BODY, RESPONSE, TUNNEL -> exchange().deadlinePassed();
            case LINGER -> channel().close();
            case CLOSED -> {}
        }
    }

    /** No request, or not the whole head of one: slow clients must not hold connections for ever. */
    private void requestLate() {
        if (head != null && head.begun()) {
            ResponseFlag flag = ResponseFlag.CLIENT_TIMEOUT;
            answerUnrouted(flag.status(), flag.reason(), flag);
            return;
        }
        if (channel().progresses()) {
            deadline.at(lifetime.idleUntil());
        } else {
            channel().close();
        }
    }

    /** Whether another request may follow this one, as far as this connection is concerned. */
    boolean keepsAlive(boolean clientGoesOn) {
        return lifetime.goesOn(clientGoesOn);
    }

    /** For how many seconds this connection waits for the next request; 0 if that is not to be said. */
    long idleSeconds() {
        return lifetime.idleSeconds();
    }

    /** Sets when {@link Exchange#deadlinePassed} is called next. */
    void deadline(long at) {
        deadline.at(at);
    }

    ClientChannel channel() {
        return Objects.requireNonNull(channel);
    }

    private ClientResponse response() {
        return Objects.requireNonNull(response);
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange);
    }

    private void giveHead() {
        if (head != null) {
            loop.giveHead(head);
            head = null;
        }
    }
}
