package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.body.BodyDecoder;
import dev.steelyard.dataplane.http1.body.BodyEncoder;
import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http1.head.Trailers;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.tls.HandshakeFailure;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.transport.Keepalive;
import dev.steelyard.dataplane.transport.SourcePorts;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection to an endpoint: reads responses strictly, one for each request. While idle it is watched: whatever is read then,
 * bytes or the end, closes it. It is handed out again only once all that had arrived with the last response has been read, so that what
 * an endpoint sends too much is never taken for the answer to the next request.
 */
public final class UpstreamConnection extends ChannelInboundHandlerAdapter implements UpstreamStream {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);
    private static final int MAX_INTERIM = 32;
    private static final long LAST_SEND_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final UpstreamConnections owner;
    private final Endpoint endpoint;
    private final Connections settings;
    private final @Nullable ClientTls tls;
    private final Optional<ProxyProtocolVersion> sendProxyProtocol;
    private final @Nullable OwnConnections own;
    private final Deadline idleDeadline;
    private final ResponseHead head = new ResponseHead();
    private final BodyDecoder body = new BodyDecoder();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Outbound out;
    private @Nullable BodyEncoder requestBody;
    private @Nullable UpstreamListener listener;
    private @Nullable ChannelFuture last;
    private Phase phase = Phase.CONNECTING;
    private boolean toHead;
    private boolean upgradeAsked;
    private boolean answered;
    private boolean reusable;
    private boolean broken;
    private boolean announcedEnd;
    private boolean reading = true;
    private int requests;
    private int interim;
    private long idleSince;
    private long reusableUntil = Long.MAX_VALUE;

    private enum Phase {
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

    UpstreamConnection(
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

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        Keepalive.probe(added.channel());
        out = new Outbound(added);
        requestBody = new BodyEncoder(out);
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

    @Override
    public void send(UpstreamListener receiver, RequestHead request, ForwardingFields client, boolean trusted) {
        listener = receiver;
        toHead = request.method().equals("HEAD");
        upgradeAsked = request.upgradeField() >= 0;
        answered = false;
        reusable = false;
        interim = 0;
        phase = Phase.HEAD;
        idleDeadline.at(Long.MAX_VALUE);
        head.begin(toHead);
        body().begin(request.framing());
        ForwardedRequest.write(request, client, trusted, out());
    }

    @Override
    public void data(ByteBuf piece) {
        body().data(piece);
    }

    @Override
    public void end(@Nullable Trailers trailers) {
        body().end(trailers);
    }

    @Override
    public void flush() {
        out().flush();
    }

    private Outbound out() {
        if (out == null) {
            throw new IllegalStateException("not connected");
        }
        return out;
    }

    private BodyEncoder body() {
        if (requestBody == null) {
            throw new IllegalStateException("not connected");
        }
        return requestBody;
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

    @Override
    public void endOutput() {
        // shutdownOutput drops what the kernel has not taken yet.
        last = out().finish();
        last.addListener(_ -> {
            SslHandler encryption = context().pipeline().get(SslHandler.class);
            if (encryption == null) {
                shutdownOutput();
            } else {
                encryption.closeOutbound().addListener(_ -> shutdownOutput());
            }
        });
    }

    private void shutdownOutput() {
        var _ = ((DuplexChannel) context().channel()).shutdownOutput();
    }

    @Override
    public void closeWhenSent() {
        ChannelFuture sending = last;
        if (sending == null || sending.isDone()) {
            close();
        } else {
            listener = null;
            idleDeadline.in(LAST_SEND_NANOS);
            sending.addListener(_ -> close());
        }
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
                                UpstreamConnection.this);
            }
        };
    }

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
            read(in);
        } catch (MalformedMessage e) {
            fail(UpstreamFailure.MALFORMED);
        } finally {
            in.release();
        }
    }

    private void read(ByteBuf in) throws MalformedMessage {
        answered = true;
        while (in.isReadable()) {
            UpstreamListener receiver = listener;
            if (receiver == null) {
                close();
                return;
            }
            switch (phase) {
                case HEAD -> {
                    if (head.read(in)) {
                        headRead(receiver, in);
                    }
                }
                case BODY -> {
                    body.decode(in, receiver);
                    completeIfDone(in);
                }
                case TUNNEL -> receiver.data(in.readRetainedSlice(in.readableBytes()));
                case CONNECTING, READY, ENDED -> {
                    fail(UpstreamFailure.MALFORMED);
                    return;
                }
                case CLOSED -> {
                    return;
                }
            }
        }
    }

    private void headRead(UpstreamListener receiver, ByteBuf in) {
        if (head.interim() && ++interim <= MAX_INTERIM) {
            receiver.interim(head);
            head.begin(toHead);
        } else if (head.interim()) {
            fail(UpstreamFailure.MALFORMED);
        } else if (head.status() == 101) {
            if (upgradeAsked && head.upgradeField() >= 0) {
                phase = Phase.TUNNEL;
                receiver.upgraded(head);
            } else {
                fail(UpstreamFailure.MALFORMED);
            }
        } else {
            phase = Phase.BODY;
            body.begin(head.framing(), head.contentLength());
            noteKeepAlive();
            receiver.head(head);
            completeIfDone(in);
        }
    }

    private void noteKeepAlive() {
        reusable = head.keepAlive();
        int seconds = head.keepAliveSeconds();
        reusableUntil = seconds < 0 ? Long.MAX_VALUE : owner.deadlines().now() + (seconds - 1) * 1_000_000_000L;
    }

    private void completeIfDone(ByteBuf in) {
        UpstreamListener receiver = listener;
        if (receiver != null && phase == Phase.BODY && body.done()) {
            phase = Phase.ENDED;
            reusable &= !in.isReadable();
            receiver.complete(body.trailers());
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
        } else if (phase == Phase.TUNNEL && !broken && context().channel().isActive()) {
            receiver.inputEnded();
        } else if (phase == Phase.CONNECTING) {
            // Of a handshake that ends like this its own future tells.
            return;
        } else if (phase == Phase.BODY
                && !broken
                && !body.done()
                && head.framing() == Framing.UNTIL_CLOSE
                && (tls == null || announcedEnd)) {
            // Under TLS, an end that is not announced may be an attacker's (RFC 9112 section 9.8).
            phase = Phase.ENDED;
            receiver.complete(null);
        } else if (phase != Phase.CLOSED) {
            fail(reused() && !answered ? UpstreamFailure.STALE : UpstreamFailure.RESET);
        }
    }

    private void fail(UpstreamFailure failure) {
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

    private ChannelHandlerContext context() {
        if (context == null) {
            throw new IllegalStateException("not connected");
        }
        return context;
    }
}
