package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.ClientConnection;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.tls.HandshakeFailure;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.Keepalive;
import dev.steelyard.snapshot.Pool;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection and its connection to an endpoint. Lives on the client's event loop; both channels are registered there.
 *
 * <p>What one side sends the other gets: bytes, end of stream (FIN) each way on its own, and a reset (RST) as a reset. A side is read only
 * while the other keeps up.
 */
final class Relay {

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    /** What ends sooner is not watched over by the kernel's probes. */
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How long an endpoint may be silent, under TLS, after its client has sent all. */
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RelayTarget target;
    private final Forwarding forwarding;
    private final EventLoops loops;
    private final Channel client;
    private final Proxied ends;
    private final Side clientSide = new Side(this);
    private final Side endpointSide = new Side(this);
    private final Deadline idleDeadline;
    private long lastActive = System.nanoTime();
    private long longestSilence = Long.MAX_VALUE;
    private @Nullable Channel upstream;
    private boolean watched;
    private boolean begun;
    private boolean ended;

    Relay(RelayTarget target, EventLoops loops, Deadlines deadlines, ConnectionLog log, Channel client) {
        this.target = target;
        this.loops = loops;
        this.client = client;
        this.ends = ClientConnection.ends(client);
        this.forwarding = new Forwarding(target, log, ends.client(), loops.indexOf(client));
        this.idleDeadline = deadlines.deadline(this::checkIdle);
    }

    /** To be added to the client's pipeline; it begins once the channel is active. */
    ChannelHandler clientSide() {
        return clientSide;
    }

    /** The client's connection is up. */
    void begin() {
        if (!begun) {
            begun = true;
            if (forwarding.admitted()) {
                connect();
            } else {
                forwarding.flagged(ResponseFlag.ACCESS_DENIED);
                fail();
            }
        }
    }

    /** Chooses an endpoint and connects to it. */
    private void connect() {
        Endpoint chosen = forwarding.choose();
        if (chosen == null) {
            forwarding.failed();
            fail();
            return;
        }
        LivePool.State state = target.pool().state();
        ChannelFuture connecting;
        try {
            connecting = open(chosen, state.config());
        } catch (ChannelException e) {
            another(chosen, ResponseFlag.CONNECT_FAILED, e);
            return;
        }
        upstream = connecting.channel();
        var _ = connecting.addListener(
                done -> EventLoops.onLoop(client.eventLoop(), () -> connected(connecting, chosen, state)));
    }

    /** @throws ChannelException if there is no socket to be had, for want of file descriptors */
    private ChannelFuture open(Endpoint chosen, Pool config) {
        long timeout = config.connections().connectTimeout().toMillis();
        return loops.connect(
                client.eventLoop(), chosen.address(), (int) Math.min(Integer.MAX_VALUE, timeout), opened -> {
                    TcpEngine.prepare(opened);
                    config.sendProxyProtocol()
                            .ifPresent(version -> opened.pipeline().addLast(new ProxyHeaderSender(ends, version)));
                });
    }

    private void connected(ChannelFuture connecting, Endpoint chosen, LivePool.State state) {
        if (ended) {
            if (connecting.channel().isOpen()) {
                var _ = connecting.channel().close();
            }
        } else if (!connecting.isSuccess()) {
            var _ = connecting.channel().close();
            another(chosen, ResponseFlag.CONNECT_FAILED, connecting.cause());
        } else {
            forwarding.connected();
            if (state.tls() == null) {
                join(connecting.channel());
            } else {
                encrypt(connecting.channel(), chosen, state.tls(), state.config());
            }
        }
    }

    private void encrypt(Channel to, Endpoint chosen, ClientTls tls, Pool config) {
        SslHandler handler = tls.handler(
                to.alloc(),
                chosen.host(),
                chosen.address().hashCode(),
                config.connections().connectTimeout().toMillis());
        handler.handshakeFuture().addListener(shaken -> {
            if (ended) {
                return;
            }
            if (shaken.isSuccess()) {
                join(to);
                return;
            }
            target.meters().upstreamHandshakeFailed();
            if (chosen.warnOfTls(System.nanoTime())) {
                LOG.warn("no TLS with endpoint {}: {}", chosen, HandshakeFailure.reason(shaken.cause()));
            }
            var _ = to.close();
            another(chosen, ResponseFlag.UPSTREAM_TLS_FAILED, null);
        });
        to.pipeline().addLast(handler, new Placeholder());
        to.config().setAutoRead(true);
    }

    /** Stands at the end of the pipeline until there is a relay: what goes wrong before, futures tell. */
    private static final class Placeholder extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }

    /** That endpoint could not be reached: another is tried. */
    private void another(Endpoint left, ResponseFlag how, @Nullable Throwable cause) {
        upstream = null;
        if (forwarding.left(left, how, cause)) {
            connect();
        } else {
            forwarding.failed();
            fail();
        }
    }

    private void join(Channel to) {
        if (to.pipeline().get(Placeholder.class) != null) {
            to.pipeline().remove(Placeholder.class);
        }
        lastActive = System.nanoTime();
        to.pipeline().addLast(endpointSide);
        clientSide.join(endpointSide);
        endpointSide.join(clientSide);
        if (!clientSide.inputEnded()) {
            Duration idle = target.timeouts().idle();
            longestSilence = idle.isZero() ? Long.MAX_VALUE : idle.toNanos();
            idleDeadline.in(Math.min(longestSilence, SHORT_NANOS));
        }
    }

    /** A connection that lasts is worth the system calls by which the kernel comes to watch over it. */
    private void watch() {
        if (!watched && upstream != null) {
            watched = true;
            Keepalive.probe(upstream);
            Keepalive.userTimeout(upstream, target.timeouts().idle());
        }
    }

    /** That side has sent bytes, which the other is given. */
    void transferred(Side from, long bytes) {
        lastActive = System.nanoTime();
        if (from.equals(clientSide)) {
            forwarding.received(bytes);
        } else {
            forwarding.sent(bytes);
        }
    }

    /** Both sides have ended their streams, and both know it of the other. */
    void closeIfBothEnded() {
        if (clientSide.outputEnded() && endpointSide.outputEnded()) {
            end();
        }
    }

    /**
     * A side's peer has been sent all that the other's had. It is told so after the loop has looked for events once more: by then its own end
     * has often come, too, and closing tells both.
     */
    void sentAll(Side side) {
        var _ = client.eventLoop()
                .schedule(
                        () -> {
                            if (ended) {
                                return;
                            }
                            if (clientSide.sentAll() && endpointSide.sentAll()) {
                                end();
                            } else {
                                side.shutdownOutput();
                            }
                        },
                        1,
                        TimeUnit.NANOSECONDS);
    }

    /** A side's channel has closed; the other's is closed in the same way. */
    void closed(boolean reset) {
        if (!ended) {
            if (reset) {
                clientSide.resetOnClose();
                endpointSide.resetOnClose();
            }
            end();
        }
    }

    /** No relay comes about: the client learns it by a reset, which no protocol takes for an answer. */
    private void fail() {
        clientSide.resetOnClose();
        end();
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        idleDeadline.cancel();
        forwarding.ended();
        var _ = client.close();
        if (upstream != null) {
            var _ = upstream.close();
        }
    }

    /**
     * The client has sent its last byte to an endpoint that cannot be told so while it still sends: BoringSSL throws away what arrives after its
     * own close_notify. So the end waits until the endpoint has fallen silent, too.
     */
    void awaitSilence() {
        lastActive = System.nanoTime();
        longestSilence = Math.min(longestSilence, LAST_WORDS_NANOS);
        idleDeadline.in(longestSilence);
    }

    private void checkIdle() {
        if (ended) {
            return;
        }
        watch();
        // A slow reader is not idle: what waits for it gets less.
        boolean clientReads = clientSide.outputMoved();
        boolean endpointReads = endpointSide.outputMoved();
        if (clientReads || endpointReads) {
            lastActive = System.nanoTime();
        }
        if (longestSilence == Long.MAX_VALUE) {
            return;
        }
        long left = longestSilence - (System.nanoTime() - lastActive);
        if (left > 0) {
            idleDeadline.in(left);
        } else if (clientSide.inputEnded()) {
            end();
        } else {
            forwarding.flagged(ResponseFlag.IDLE_TIMEOUT);
            end();
        }
    }
}
