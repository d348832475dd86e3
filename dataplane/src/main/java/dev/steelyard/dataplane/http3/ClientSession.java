package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.exchange.ClientOrigin;
import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.exchange.Lifetime;
import dev.steelyard.dataplane.fields.RequestFields;
import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http2.session.FloodGuard;
import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.dataplane.http3.frame.VarInt;
import dev.steelyard.dataplane.http3.frame.Violation;
import dev.steelyard.dataplane.http3.qpack.FieldSection;
import dev.steelyard.dataplane.listener.DrainEvent;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicPathEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One HTTP/3 connection of a client (RFC 9114): what is told of it as a whole, and where its requests begin. */
final class ClientSession extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    /** Streams that may end before their time, beyond as many as do not. */
    private static final int MOST_RESETS = 200;

    /** What is left of a stream that its client has reset stays with its connection, in Netty: then there shall be a new one. */
    private static final int MOST_REMAINS = 1_000;

    private static final long FINAL_GOAWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Closing a connection throws away what of its last response has not been acknowledged yet. */
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The identifier of the first GOAWAY (RFC 9114 section 5.2). */
    private static final long NO_LAST_STREAM = VarInt.MAX - 3;

    private static final int STREAM_STEP = 4;

    private final QuicChannel channel;
    private final EngineLoop loop;
    private final ListenerState listener;
    private final Lifetime lifetime;
    private final Deadline deadline;
    private final FloodGuard floods;
    private final RequestFields requestFields = new RequestFields(false);
    private final FieldSection fields;
    private ClientOrigin origin;
    private @Nullable QuicStreamChannel control;
    private Phase phase = Phase.OPEN;
    private long nextStream;
    private int openStreams;
    private int remains;
    private long settingsUntil;
    private long idleUntil;
    private long finalAt = Long.MAX_VALUE;
    private int claimed;

    private enum Phase {
        OPEN,
        /** The client knows that it is to open no more streams; those that it has opened meanwhile are served. */
        ANNOUNCED,
        /** Streams opened from now on are not served, and the client knows. */
        FINAL,
        /** All has been said; what is on its way gets there. */
        LINGER,
        CLOSED
    }

    ClientSession(QuicChannel channel, EngineLoop loop, ListenerState listener) {
        this.channel = channel;
        this.loop = loop;
        this.listener = listener;
        this.lifetime = new Lifetime(listener, loop.deadlines());
        this.deadline = loop.deadlines().deadline(this::deadlinePassed);
        this.floods = new FloodGuard(loop.deadlines().now(), MOST_RESETS);
        this.fields = new FieldSection(maxHeaderBytes() + MessageHead.MAX_FIELDS * 32L);
        this.origin = new ClientOrigin(channel);
        this.settingsUntil = lifetime.headUntil();
        this.idleUntil = lifetime.headUntil();
    }

    private int maxHeaderBytes() {
        return listener.plan().limits().maxHeaderBytes();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        schedule();
        var _ = channel.createStream(QuicStreamType.UNIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                .addListener(created -> {
                    if (created.isSuccess()) {
                        control = (QuicStreamChannel) created.getNow();
                        writeSettings(control);
                    } else {
                        fail(Violation.of(ErrorCode.STREAM_CREATION_ERROR, "no control stream is allowed"));
                    }
                });
    }

    private void writeSettings(QuicStreamChannel to) {
        ByteBuf out = to.alloc().directBuffer(32);
        VarInt.write(FrameType.CONTROL_STREAM, out);
        VarInt.write(FrameType.SETTINGS, out);
        VarInt.write(1 + VarInt.bytes(maxHeaderBytes()), out);
        VarInt.write(FrameType.MAX_FIELD_SECTION_SIZE, out);
        VarInt.write(maxHeaderBytes(), out);
        var _ = to.writeAndFlush(out);
    }

    private void goAway(long stream) {
        QuicStreamChannel to = control;
        if (to != null) {
            ByteBuf out = to.alloc().directBuffer(16);
            VarInt.write(FrameType.GOAWAY, out);
            VarInt.write(VarInt.bytes(stream), out);
            VarInt.write(stream, out);
            var _ = to.writeAndFlush(out);
        }
    }

    // What streams ask.

    EngineLoop loop() {
        return loop;
    }

    ListenerState listener() {
        return listener;
    }

    ClientOrigin origin() {
        return origin;
    }

    /** What the field section read last holds. */
    FieldSection fields() {
        return fields;
    }

    RequestFields requestFields() {
        return requestFields;
    }

    /** The largest field section, compressed, that is looked at: compression only makes smaller. */
    int mostSectionBytes() {
        return 2 * maxHeaderBytes();
    }

    /** Until when a head that begins now has to be complete. */
    long headUntil() {
        return lifetime.headUntil();
    }

    /** Another request has come. */
    void request() {
        lifetime.request();
        floods.useful(1 << 14);
        if (lifetime.spent() || listener.draining()) {
            drain();
        }
    }

    /** A piece of a body went by. */
    void useful(int octets) {
        floods.useful(octets);
    }

    /** Something came that moves no request on. */
    void idle(int cost) throws Violation {
        try {
            floods.idleFrame(cost, loop.deadlines().now());
        } catch (dev.steelyard.dataplane.http2.frame.Violation e) {
            throw Violation.of(ErrorCode.EXCESSIVE_LOAD, "too many frames that serve no request");
        }
    }

    /** A stream ends before its time, by the client or for what it did. */
    void prematureEnd() {
        try {
            floods.prematureReset(loop.deadlines().now());
        } catch (dev.steelyard.dataplane.http2.frame.Violation e) {
            fail(Violation.of(ErrorCode.EXCESSIVE_LOAD, "too many streams are reset"));
            return;
        }
        if (++remains >= MOST_REMAINS) {
            drain();
        }
    }

    /** A stream has ended as it should. */
    void completed() {
        floods.completed();
    }

    /** A stream that had begun has ended, however. */
    void streamEnded() {
        openStreams--;
        if (openStreams > 0) {
            return;
        }
        if (phase == Phase.FINAL) {
            linger();
        } else if (phase == Phase.OPEN || phase == Phase.ANNOUNCED) {
            idleUntil = lifetime.idleUntil();
            schedule();
        }
    }

    /** The client's settings have come. */
    void settled() {
        settingsUntil = Long.MAX_VALUE;
        if (openStreams == 0) {
            idleUntil = lifetime.idleUntil();
        }
        schedule();
        if (listener.draining()) {
            drain();
        }
    }

    /** There may be one of each critical stream (RFC 9114 section 6.2.1, RFC 9204 section 4.2). */
    void claim(int streamType) throws Violation {
        int bit = 1 << streamType;
        if ((claimed & bit) != 0) {
            throw Violation.of(ErrorCode.STREAM_CREATION_ERROR, "a second stream of a kind that there is one of");
        }
        claimed |= bit;
    }

    /** Ends the connection for what the client did. */
    void fail(Violation violation) {
        if (phase == Phase.CLOSED) {
            return;
        }
        LOG.debug("{}: {}", channel, violation.getMessage());
        loop.unrouted().flagged(ResponseFlag.BAD_REQUEST);
        close(violation.code(), violation.reason());
    }

    private void close(ErrorCode code, String reason) {
        phase = Phase.CLOSED;
        deadline.cancel();
        var _ = channel.close(true, code.number(), ByteBufUtil.writeAscii(channel.alloc(), reason));
    }

    // What the connection tells.

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        QuicStreamChannel stream = (QuicStreamChannel) message;
        stream.config().setOption(QuicChannelOption.READ_FRAMES, true);
        if (stream.type() == QuicStreamType.UNIDIRECTIONAL) {
            stream.pipeline().addLast(new PeerStream(this, stream));
        } else {
            boolean served = phase == Phase.OPEN || phase == Phase.ANNOUNCED;
            if (served) {
                nextStream = Math.max(nextStream, stream.streamId() + STREAM_STEP);
                if (openStreams++ == 0) {
                    idleUntil = Long.MAX_VALUE;
                }
            } else if (phase == Phase.FINAL && stream.streamId() < nextStream) {
                // Its packet was late.
                openStreams++;
                served = true;
            }
            stream.pipeline().addLast(served ? new ClientStream(this, stream) : new RejectedStream(stream));
        }
        var _ = ctx.channel().eventLoop().register(stream);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == DrainEvent.INSTANCE) {
            drain();
        } else if (event instanceof QuicPathEvent.PeerMigrated) {
            origin = new ClientOrigin(channel);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.CLOSED;
        deadline.cancel();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof RuntimeException) {
            LOG.warn("client connection {} is closed", channel, cause);
            close(ErrorCode.INTERNAL_ERROR, "");
        } else {
            LOG.debug("{}: {}", channel, cause.toString());
        }
    }

    // Its end.

    /** Begins the two GOAWAYs. */
    private void drain() {
        if (phase != Phase.OPEN) {
            return;
        }
        phase = Phase.ANNOUNCED;
        goAway(NO_LAST_STREAM);
        finalAt = loop.deadlines().now() + FINAL_GOAWAY_NANOS;
        schedule();
    }

    private void sayFinal() {
        phase = Phase.FINAL;
        finalAt = Long.MAX_VALUE;
        idleUntil = Long.MAX_VALUE;
        goAway(nextStream);
        if (openStreams == 0) {
            linger();
        }
    }

    private void linger() {
        phase = Phase.LINGER;
        deadline.in(LINGER_NANOS);
    }

    private void schedule() {
        if (phase == Phase.LINGER || phase == Phase.CLOSED) {
            return;
        }
        long age = phase == Phase.OPEN ? lifetime.oldAt() : Long.MAX_VALUE;
        deadline.at(Math.min(settingsUntil, Math.min(Math.min(idleUntil, finalAt), age)));
    }

    private void deadlinePassed() {
        long now = loop.deadlines().now();
        if (phase == Phase.LINGER) {
            close(ErrorCode.NO_ERROR, "");
        } else if (phase == Phase.CLOSED) {
            return;
        } else if (now >= settingsUntil) {
            loop.unrouted().flagged(ResponseFlag.CLIENT_TIMEOUT);
            fail(Violation.of(ErrorCode.MISSING_SETTINGS, "the client's settings have not come in time"));
        } else if (now >= finalAt) {
            sayFinal();
        } else if (phase == Phase.OPEN && now >= lifetime.oldAt()) {
            drain();
        } else if (openStreams == 0 && now >= idleUntil) {
            sayFinal();
        } else {
            schedule();
        }
    }

    @Override
    public String toString() {
        return Objects.toString(channel);
    }
}
