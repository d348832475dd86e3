package dev.steelyard.dataplane.health;

import dev.steelyard.snapshot.HealthCheck.Tls;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Promise;

/** Well is what completes a TLS handshake; the connection is closed at once. */
final class TlsCheck implements HealthCheck {

    private final Tls definition;
    private final ProbeSocket socket;

    TlsCheck(Tls definition, ProbeSocket socket) {
        this.definition = definition;
        this.socket = socket;
    }

    /** What fails, the handshake's future tells. */
    private static final class Silent extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    @Override
    public void probe(EventLoop loop, Target endpoint, Promise<Outcome> outcome) {
        SslHandler tls = ProbeConnection.tls(endpoint, definition.serverName(), outcome);
        tls.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                outcome.trySuccess(Outcome.HEALTHY);
            }
        });
        ChannelInitializer<SocketChannel> pipeline = new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(tls, new Silent());
            }
        };
        var _ = ProbeConnection.open(socket, loop, endpoint.address(), pipeline, outcome);
    }
}
