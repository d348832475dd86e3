package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.exchange.Lifetime;
import dev.steelyard.dataplane.fields.RequestFields;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FrameType;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.frame.Preface;
import dev.steelyard.dataplane.http2.frame.Violation;
import dev.steelyard.dataplane.http2.session.Session;
import dev.steelyard.dataplane.listener.DrainEvent;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/2 connection of a client (RFC 9113): what is told of it as a whole, and where its requests begin. */
final class ClientSession extends Session {

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    /** Streams that may be open at once. */
    static final int MAX_STREAMS = 100;

    /** Streams that may end before their time, beyond as many as do not: see {@link Session}. */
    private static final int MOST_RESETS = 200;

    private static final long DRAIN_PING = 0x7374_6565_6c79_6172L;
    private static final long FINAL_GOAWAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EngineLoop loop;
    private final ListenerState listener;
    private final Lifetime lifetime;
    private final Deadline deadline;
    private final Preface preface = new Preface();
    private final RequestFields requestFields = new RequestFields(true);
    private final List<ClientStream> touched = new ArrayList<>();
    private @Nullable ClientOrigin origin;
    private int lastStream;
    private Phase phase = Phase.OPEN;
    private long settingsUntil;
    private long blockUntil = Long.MAX_VALUE;
    private long idleUntil = Long.MAX_VALUE;
    private long finalAt = Long.MAX_VALUE;

    private enum Phase {
        OPEN,
        /** The client knows that it is to open no more streams; those that it has opened meanwhile are served. */
        ANNOUNCED,
        /** Streams opened from now on are not served, and the client knows. */
        FINAL,
        /** Nothing more is sent; what comes is thrown away. */
        LINGER
    }

    ClientSession(EngineLoop loop, ListenerState listener) {
        super(loop.deadlines(), listener.plan().limits().maxHeaderBytes(), MOST_RESETS);
        this.loop = loop;
        this.listener = listener;
        this.lifetime = new Lifetime(listener, loop.deadlines());
        this.deadline = loop.deadlines().deadline(this::deadlinePassed);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        // HTTP/1.1, which a connection in clear text is taken for at first, has it. Here whoever ends its side has no
        // more use for ours.
        ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        origin = new ClientOrigin(ctx.channel());
        ByteBuf settings = out().room(FrameType.HEADER_BYTES + 4 * 6);
        FrameWriter.settings(settings, 4);
        FrameWriter.setting(settings, FrameType.SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS);
        FrameWriter.setting(settings, FrameType.SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW);
        FrameWriter.setting(
                settings,
                FrameType.SETTINGS_MAX_HEADER_LIST_SIZE,
                listener.plan().limits().maxHeaderBytes());
        FrameWriter.setting(settings, FrameType.SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
        openWindow();
        flushLater();
        settingsUntil = lifetime.headUntil();
        idleUntil = lifetime.headUntil();
        schedule();
    }

    EngineLoop loop() {
        return loop;
    }

    ClientOrigin origin() {
        return Objects.requireNonNull(origin);
    }

    /** A stream has something for its endpoint that is to be flushed when all that has been received is read. */
    void touched(ClientStream stream) {
        touched.add(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (phase != Phase.LINGER) {
                if (preface.read(in)) {
                    read(in);
                }
            }
        } catch (Violation e) {
            fail(e);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        for (int i = 0; i < touched.size(); i++) {
            touched.get(i).flushRequest();
        }
        touched.clear();
        boolean inBlock = inHeaderBlock();
        if (inBlock != (blockUntil != Long.MAX_VALUE)) {
            blockUntil = inBlock ? lifetime.headUntil() : Long.MAX_VALUE;
            schedule();
        }
        super.channelReadComplete(ctx);
    }

    @Override
    protected void headersReceived(int id, FieldBlock block, boolean endStream) throws Violation {
        if (!idle(id)) {
            if (wasReset(id)) {
                return;
            }
            throw Violation.of(ErrorCode.STREAM_CLOSED, "HEADERS on a closed stream");
        }
        if ((id & 1) == 0) {
            throw Violation.protocol("a client's stream has an even number");
        }
        if (phase == Phase.FINAL) {
            return;
        }
        lastStream = id;
        if (openStreams() >= MAX_STREAMS || !(listener.plan() instanceof ListenerPlan.Http plan)) {
            refuse(id, ErrorCode.REFUSED_STREAM);
            return;
        }
        begin(id, block, endStream, plan);
        if (lifetime.spent() || listener.draining()) {
            drain();
        }
    }

    private void begin(int id, FieldBlock block, boolean endStream, ListenerPlan.Http plan) throws Violation {
        lifetime.request();
        RequestHead head = loop.takeHead().begin(plan.limits().maxHeaderBytes());
        ClientStream stream = new ClientStream(this, head);
        try {
            if (block.tooLarge()) {
                add(stream, id, endStream);
                stream.refuse(MalformedMessage.fieldsTooLarge(), plan);
            } else if (requestFields.fill(block, head, endStream, loop.random())) {
                add(stream, id, endStream);
                if (openStreams() == 1) {
                    idleUntil = Long.MAX_VALUE;
                }
                stream.begin(plan, requestFields.tunnel());
            } else {
                loop.giveHead(head);
                loop.unrouted().flagged(ResponseFlag.BAD_REQUEST);
                refuse(id, ErrorCode.PROTOCOL_ERROR);
            }
        } catch (MalformedMessage e) {
            add(stream, id, endStream);
            stream.refuse(e, plan);
        }
    }

    @Override
    protected boolean idle(int stream) {
        return stream > lastStream || (stream & 1) == 0;
    }

    @Override
    protected void settingReceived(int id, long value) {}

    @Override
    protected void ready() {
        settingsUntil = Long.MAX_VALUE;
        idleUntil = lifetime.idleUntil();
        schedule();
        if (listener.draining()) {
            drain();
        }
    }

    @Override
    protected void goAwayReceived(int last, long code) {
        // The client opens no more streams: it is served to the end, and closes.
    }

    @Override
    protected void pinged(long payload) {
        if (payload == DRAIN_PING && phase == Phase.ANNOUNCED) {
            sayFinal();
        }
    }

    @Override
    protected void streamEnded() {
        if (openStreams() > 0) {
            return;
        }
        if (phase == Phase.FINAL) {
            linger();
        } else if (phase != Phase.LINGER) {
            idleUntil = lifetime.idleUntil();
            schedule();
        }
    }

    /** Begins the two GOAWAYs. */
    private void drain() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.ANNOUNCED;
        FrameWriter.goAway(out().room(FrameWriter.CONTROL_BYTES), Integer.MAX_VALUE, ErrorCode.NO_ERROR);
        FrameWriter.ping(out().room(FrameWriter.CONTROL_BYTES), DRAIN_PING, false);
        flushLater();
        finalAt = deadlines().now() + FINAL_GOAWAY_NANOS;
        schedule();
    }

    private void sayFinal() {
        phase = Phase.FINAL;
        finalAt = Long.MAX_VALUE;
        FrameWriter.goAway(out().room(FrameWriter.CONTROL_BYTES), lastStream, ErrorCode.NO_ERROR);
        flushLater();
        if (openStreams() == 0) {
            linger();
        }
    }

    /** Ends our side. A plain close could reset the connection, and the reset overtake what was sent (RFC 9112 section 9.6). */
    private void linger() {
        phase = Phase.LINGER;
        flushNow();
        out().end();
        deadline.in(LINGER_NANOS);
    }

    @Override
    protected void failed(Violation violation) {
        LOG.debug("{}: {}", context().channel(), violation.getMessage());
        loop.unrouted().flagged(ResponseFlag.BAD_REQUEST);
        phase = Phase.LINGER;
        FrameWriter.goAway(out().room(FrameWriter.CONTROL_BYTES), lastStream, violation.code());
        abortAll();
        linger();
    }

    private void schedule() {
        if (phase != Phase.LINGER) {
            long age = phase == Phase.OPEN ? lifetime.oldAt() : Long.MAX_VALUE;
            deadline.at(Math.min(Math.min(settingsUntil, blockUntil), Math.min(Math.min(idleUntil, finalAt), age)));
        }
    }

    private void deadlinePassed() {
        long now = deadlines().now();
        if (phase == Phase.LINGER) {
            var _ = context().close();
        } else if (now >= settingsUntil || now >= blockUntil) {
            loop.unrouted().flagged(ResponseFlag.CLIENT_TIMEOUT);
            fail(Violation.protocol("the client is too slow"));
        } else if (now >= finalAt) {
            sayFinal();
        } else if (phase == Phase.OPEN && now >= lifetime.oldAt()) {
            drain();
        } else if (openStreams() == 0 && now >= idleUntil) {
            sayFinal();
        } else {
            schedule();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DrainEvent.INSTANCE) {
            drain();
        } else if (event instanceof SslCloseCompletionEvent) {
            var _ = ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.LINGER;
        deadline.cancel();
        abortAll();
        out().discard();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof RuntimeException && !(cause.getCause() instanceof IOException)) {
            LOG.warn("client connection {} is closed", ctx.channel(), cause);
        }
        var _ = ctx.close();
    }
}
