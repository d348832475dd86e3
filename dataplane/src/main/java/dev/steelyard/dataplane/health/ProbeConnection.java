package dev.steelyard.dataplane.health;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.tls.HandshakeFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Promise;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import org.jspecify.annotations.Nullable;

/** The connection of one probe: opened for it, and closed when the probe's outcome is known, whoever found it. */
final class ProbeConnection {

    private ProbeConnection() {}

    /** Connects; a failure to is the outcome. The caller of the probe bounds the time. */
    static ChannelFuture open(
            ProbeSocket socket,
            EventLoop loop,
            InetSocketAddress endpoint,
            ChannelHandler handler,
            Promise<Outcome> outcome) {
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(socket.type())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(withHeader(socket, handler))
                .connect(endpoint);
        outcome.addListener(done -> {
            var _ = connecting.channel().close();
        });
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                outcome.trySuccess(Outcome.unhealthy(Outcome.Fault.CONNECTION, reason(done.cause())));
            }
        });
        return connecting;
    }

    /**
     * What encrypts it; a failed handshake is the outcome.
     *
     * @param name asked for; empty: as its pool's settings say
     */
    static SslHandler tls(Target endpoint, String name, Promise<Outcome> outcome) {
        ClientTls tls = endpoint.tls() == null ? Unverified.TLS : endpoint.tls();
        int key = endpoint.address().hashCode();
        SslHandler handler = name.isEmpty()
                ? tls.handler(ByteBufAllocator.DEFAULT, endpoint.host(), key, 0)
                : tls.handlerFor(ByteBufAllocator.DEFAULT, name, key, 0);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                outcome.trySuccess(Outcome.unhealthy(Outcome.Fault.HANDSHAKE, HandshakeFailure.reason(done.cause())));
            }
        });
        return handler;
    }

    /** For pools without TLS settings: that somebody speaks it will do. */
    private static final class Unverified {
        static final ClientTls TLS = ClientTls.unverified();
    }

    private static ChannelHandler withHeader(ProbeSocket socket, ChannelHandler handler) {
        return socket.proxyProtocol()
                .map(version -> ProxyHeaderSender.before(handler, ProxyHeader.Local.INSTANCE, version))
                .orElse(handler);
    }

    /** Why a connection failed, in words without addresses: those are shown beside it. */
    static String reason(@Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof NoRouteToHostException || message.contains("No route to host")) {
            return "no route to host";
        }
        if (message.contains("Connection refused")) {
            return "connection refused";
        }
        if (message.contains("Network is unreachable")) {
            return "network unreachable";
        }
        if (message.contains("Connection reset")) {
            return "connection reset";
        }
        return cause instanceof ConnectException ? "cannot connect" : "connection failed";
    }
}
