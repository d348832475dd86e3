package dev.steelyard.dataplane.quic;

import dev.steelyard.dataplane.listener.ClientConnection;
import dev.steelyard.dataplane.listener.DrainEvent;
import dev.steelyard.dataplane.tls.ClientIdentity;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicPathEvent;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of a client, from its first packet on; handed over to HTTP/3 when its handshake is done. */
final class Connection extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    /** The client's certificate is not believed (RFC 9001 section 4.8: 0x100 and the alert of TLS, bad_certificate). */
    private static final int BAD_CERTIFICATE = 0x12a;

    private final QuicSocket socket;
    private final QuicListener listener;
    private final QuicChannel channel;
    private final Set<InetSocketAddress> addresses = new HashSet<>();
    private @Nullable Future<?> timeout;
    private String serverName = "";
    private boolean shaken;
    private boolean begun;

    Connection(QuicSocket socket, QuicListener listener, QuicChannel channel) {
        this.socket = socket;
        this.listener = listener;
        this.channel = channel;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        listener.live().accepted();
        socket.handshakeBegun();
        comesFrom((InetSocketAddress) channel.remoteSocketAddress());
        var _ = channel.closeFuture().addListener(_ -> ended());
        long millis = listener.plan().limits().headerTimeout().toMillis();
        if (millis > 0) {
            timeout = ctx.channel().eventLoop().schedule(this::tooSlow, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void comesFrom(@Nullable InetSocketAddress client) {
        if (client != null && addresses.add(client)) {
            socket.routes().add(client);
            if (begun && addresses.size() == Transport.PATHS) {
                // From yet another address it would not be heard.
                channel.pipeline().fireUserEventTriggered(DrainEvent.INSTANCE);
            }
        }
    }

    private void tooSlow() {
        failed("the handshake has taken too long");
        var _ = channel.close();
    }

    private void failed(String reason) {
        if (!shaken) {
            shaken();
            listener.meters().handshakeFailed();
            LOG.debug("handshake with {} failed: {}", channel, reason);
        }
    }

    private void shaken() {
        shaken = true;
        socket.handshakeEnded();
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    private void ended() {
        failed("the connection has ended");
        addresses.forEach(socket::leave);
        listener.live().ended(channel);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SniCompletionEvent sni -> {
                String name = sni.hostname();
                serverName = name == null ? "" : name.toLowerCase(Locale.ROOT);
            }
            case SslHandshakeCompletionEvent done -> {
                if (done.isSuccess()) {
                    begin();
                } else {
                    failed(String.valueOf(done.cause()));
                }
            }
            case QuicPathEvent.New path -> comesFrom(path.remote());
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void begin() {
        SSLEngine engine = Objects.requireNonNull(channel.sslEngine());
        try {
            listener.plan().quic().verify(serverName, engine);
        } catch (CertificateException e) {
            failed(String.valueOf(e.getMessage()));
            var _ = channel.close(false, BAD_CERTIFICATE, Unpooled.EMPTY_BUFFER);
            return;
        }
        shaken();
        channel.attr(ClientConnection.SERVER_NAME).set(serverName);
        channel.attr(ClientConnection.IDENTITY).set(ClientIdentity.of(engine));
        begun = true;
        listener.live().begin(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (begun) {
            ctx.fireExceptionCaught(cause);
        } else if (!shaken) {
            failed(cause.toString());
            var _ = channel.close();
        }
    }
}
