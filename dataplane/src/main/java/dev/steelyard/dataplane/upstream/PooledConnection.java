package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.tls.HandshakeFailure;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.Keepalive;
import dev.steelyard.dataplane.transport.SourcePorts;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an endpoint that carries one request after the other: made, perhaps encrypted, used, kept idle and used again. While idle it
 * is watched: whatever is read then, bytes or the end, closes it. It is handed out again only once all that had arrived with the last
 * response has been read, so that what an endpoint sends too much is never taken for the answer to the next request.
 */
abstract class PooledConnection extends ChannelInboundHandlerAdapter implements UpstreamStream {

    private static final Logger LOG = LoggerFactory.getLogger(PooledConnection.class);

    private final UpstreamConnections owner;
    private final Endpoint endpoint;
    private final Connections settings;
    private final @Nullable ClientTls tls;
    private final Optional<ProxyProtocolVersion> sendProxyProtocol;
    private final @Nullable OwnConnections own;
    private final Deadlines.Deadline idleDeadline;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private @Nullable UpstreamListener listener;
    private Phase phase = Phase.CONNECTING;
    private boolean answered;
    private boolean reusable;
    private boolean broken;
    private boolean announcedEnd;
    private boolean reading = true;
    private int requests;
    private long idleSince;
    private long reusableUntil = Long.MAX_VALUE;

    enum Phase {
        CONNECTING,
        /** In use, no request sent yet; or idle. */
        READY,
        HEAD,
        BODY,
        TUNNEL,
        /** The response has ended, and the connection is about to be pooled once this read is over. */
        ENDED,
        CLOSED
    }

    PooledConnection(
            UpstreamConnections owner,
            Endpoint endpoint,
            LivePool.State state,
            @Nullable OwnConnections own,
            UpstreamListener listener) {
        this.owner = owner;
        this.endpoint = endpoint;
        this.settings = state.config().connections();
        this.tls = state.tls();
        this.sendProxyProtocol = state.config().sendProxyProtocol();
        this.own = own;
        this.listener = listener;
        this.idleDeadline = owner.deadlines().deadline(this::close);
    }

    /**
     * Reads what has come; {@code in} stays the caller's.
     *
     * @throws MalformedMessage if it is no response: the connection fails
     */
    abstract void read(ByteBuf in) throws MalformedMessage;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        Keepalive.probe(added.channel());
        out = new Outbound(added);
    }

    /** Where it leads. */
    Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public boolean reused() {
        return requests > 0;
    }

    @Override
    public void open() {
        owner.open(this);
    }

    /** A request is about to be written. */
    void begin(UpstreamListener receiver) {
        listener = receiver;
        answered = false;
        reusable = false;
        phase = Phase.HEAD;
        idleDeadline.at(Long.MAX_VALUE);
    }

    @Override
    public void flush() {
        out().flush();
    }

    /** What is written to it. */
    Outbound out() {
        if (out == null) {
            throw new IllegalStateException("not connected");
        }
        return out;
    }

    @Nullable
    UpstreamListener listener() {
        return listener;
    }

    Phase phase() {
        return phase;
    }

    void phase(Phase next) {
        phase = next;
    }

    Deadlines deadlines() {
        return owner.deadlines();
    }

    @Override
    public boolean writable() {
        return broken || out().writable();
    }

    @Override
    public void reading(boolean wanted) {
        if (reading != wanted && phase != Phase.CLOSED) {
            reading = wanted;
            context().channel().config().setAutoRead(wanted);
        }
    }

    /**
     * Notes what the response says of the connection.
     *
     * @param again whether it can carry another request
     * @param until when it can, at most
     */
    void reusable(boolean again, long until) {
        reusable = again;
        reusableUntil = until;
    }

    /** The response has ended; what is left of this read is no part of it. */
    void ended(boolean moreRead) {
        phase = Phase.ENDED;
        reusable &= !moreRead;
    }

    @Override
    public void release() {
        listener = null;
        requests++;
        boolean spent = settings.maxRequests() > 0 && requests >= settings.maxRequests();
        if (reusable && !spent && !broken) {
            reading(true);
        } else {
            close();
        }
    }

    @Override
    public void close() {
        listener = null;
        finished();
        if (context != null) {
            var _ = context.close();
        }
    }

    /** Tells its listener no more, and closes it after a while if nothing else does. */
    void leave(long nanos) {
        listener = null;
        idleDeadline.in(nanos);
    }

    /** The client's connections that this is one of; null if all clients share it. */
    @Nullable
    OwnConnections own() {
        return own;
    }

    /** What its channel begins with. */
    ChannelHandler pipeline() {
        ChannelHandler encrypted = tls == null ? this : encrypted(tls);
        return own == null || sendProxyProtocol.isEmpty()
                ? encrypted
                : ProxyHeaderSender.before(encrypted, own.client(), sendProxyProtocol.get());
    }

    private ChannelHandler encrypted(ClientTls encryption) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(
                                encryption.handler(
                                        channel.alloc(),
                                        endpoint.host(),
                                        endpoint.address().hashCode(),
                                        connectTimeoutMillis()),
                                PooledConnection.this);
            }
        };
    }

    /** Whether it may be handed out under the settings in force. */
    @SuppressWarnings("ReferenceEquality") // TLS settings made anew have other authorities or another certificate
    boolean usable(LivePool.State wanted, long now) {
        return settings.equals(wanted.config().connections())
                && tls == wanted.tls()
                && sendProxyProtocol.equals(wanted.config().sendProxyProtocol())
                && now < reusableUntil
                && context().channel().isActive();
    }

    /** Zero: the system's own limit. */
    int connectTimeoutMillis() {
        return (int) Math.min(settings.connectTimeout().toMillis(), Integer.MAX_VALUE);
    }

    /** How many idle connections to its endpoint one of {@code loops} loops keeps. */
    int maxIdle(int loops) {
        return Math.ceilDiv(settings.maxIdle(), loops);
    }

    long idleSince() {
        return idleSince;
    }

    /** The TCP connection is there. */
    void connected() {
        SslHandler encryption = tls == null ? null : context().pipeline().get(SslHandler.class);
        if (encryption == null) {
            ready();
        } else {
            encryption.handshakeFuture().addListener(shaken -> {
                if (shaken.isSuccess()) {
                    ready();
                } else {
                    handshakeFailed(shaken.cause());
                }
            });
        }
    }

    private void handshakeFailed(Throwable cause) {
        if (endpoint.warnOfTls(owner.deadlines().now())) {
            LOG.warn("no TLS with endpoint {}: {}", endpoint, HandshakeFailure.reason(cause));
        }
        fail(UpstreamFailure.TLS);
    }

    private void ready() {
        UpstreamListener receiver = listener;
        if (receiver == null) {
            close();
            return;
        }
        phase = Phase.READY;
        receiver.connected(this);
    }

    void connectFailed(Throwable cause) {
        LOG.debug("no connection to {}: {}", endpoint, cause.getMessage());
        fail(SourcePorts.exhausted(cause) ? UpstreamFailure.NO_SOURCE_PORT : UpstreamFailure.CONNECT);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            answered = true;
            read(in);
        } catch (MalformedMessage e) {
            fail(UpstreamFailure.MALFORMED);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        UpstreamListener receiver = listener;
        if (receiver != null) {
            receiver.readComplete();
        } else if (phase == Phase.ENDED) {
            phase = Phase.READY;
            idleSince = owner.deadlines().now();
            long idle = settings.idleTimeout().toNanos();
            idleDeadline.at(Math.min(reusableUntil, idle == 0 ? Long.MAX_VALUE : idleSince + idle));
            owner.keep(this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        UpstreamListener receiver = listener;
        if (receiver != null) {
            receiver.writabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
            announcedEnd = true;
            inputEnded();
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        inputEnded();
        close();
    }

    /** A reset while reading, or a failed write. Reading goes on until it ends, as the endpoint may have answered before. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        broken = true;
        if (!(cause instanceof IOException)) {
            LOG.warn("connection to {} is closed", endpoint, cause);
            fail(UpstreamFailure.RESET);
            return;
        }
        UpstreamListener receiver = listener;
        if (receiver != null && ctx.channel().isActive()) {
            receiver.writabilityChanged();
        }
    }

    private void inputEnded() {
        UpstreamListener receiver = listener;
        if (receiver == null) {
            close();
        } else if (phase != Phase.CONNECTING && phase != Phase.CLOSED && !endsWithInput(receiver)) {
            // Of a handshake that ends like this its own future tells.
            fail(reused() && !answered ? UpstreamFailure.STALE : UpstreamFailure.RESET);
        }
    }

    /** The endpoint sends no more. Whether that is as it should be; the listener then has been told. */
    boolean endsWithInput(UpstreamListener receiver) {
        return false;
    }

    /** Whether reading or writing has failed. */
    boolean broken() {
        return broken;
    }

    /** Whether the end of the connection is the endpoint's: under TLS, an attacker can forge one that is not announced (RFC 9112 section 9.8). */
    boolean endIsEndpoints() {
        return tls == null || announcedEnd;
    }

    /** Closes it, and tells its listener why. */
    void fail(UpstreamFailure failure) {
        UpstreamListener receiver = listener;
        close();
        if (receiver != null) {
            receiver.failed(failure);
        }
    }

    private void finished() {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            idleDeadline.cancel();
            owner.forget(this);
            if (out != null) {
                out.discard();
            }
        }
    }

    ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }
}
