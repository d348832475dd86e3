package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.tls.ClientIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends TLS before another engine: picks the certificate by the server name that the client asks for (RFC 6066 section 3), notes that name
 * in {@link ClientConnection#SERVER_NAME} and hands the connection on once its handshake is done.
 *
 * <p>Two are equal when they hand on to the same engine and count in the same place.
 *
 * <p>A client has the listener's header timeout for its first message, and the same again for the rest of the handshake.
 */
record TlsEngine(Engine next, ListenerMeters meters) implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(TlsEngine.class);

    /** Post-quantum key shares and many extensions fit; what is longer is no browser's. */
    private static final int MAX_CLIENT_HELLO_BYTES = 16 * 1024;

    /** tcp(7): {@code IPPROTO_TCP}, {@code TCP_QUICKACK}. */
    private static final IntegerUnixChannelOption TCP_QUICKACK =
            new IntegerUnixChannelOption("STEELYARD_TCP_QUICKACK", 6, 12);

    @Override
    public void initialise(Channel channel, ListenerState listener) {
        long timeout = listener.plan().limits().headerTimeout().toMillis();
        channel.pipeline().addLast(new ByServerName(listener, timeout), new AfterHandshake(listener));
    }

    private static TlsPlan tls(ListenerState listener) {
        if (listener.plan() instanceof ListenerPlan.Http http && http.tls() != null) {
            return http.tls();
        }
        throw new IllegalStateException("a listener's plan changed its kind under open connections");
    }

    /** Reads the ClientHello, then gives way to TLS with the right certificate. */
    private static final class ByServerName extends SniHandler {

        private final long timeoutMillis;

        ByServerName(ListenerState listener, long timeoutMillis) {
            // The mapping is called and the engine made in one task of the loop, as TlsPlan asks.
            super(
                    (@Nullable String name) -> tls(listener).contextFor(orEmpty(name)),
                    MAX_CLIENT_HELLO_BYTES,
                    timeoutMillis);
            this.timeoutMillis = timeoutMillis;
        }

        @Override
        protected void replaceHandler(
                ChannelHandlerContext ctx, @Nullable String hostname, @Nullable SslContext sslContext)
                throws Exception {
            ctx.channel().attr(ClientConnection.SERVER_NAME).set(orEmpty(hostname));
            super.replaceHandler(ctx, hostname, sslContext);
        }

        @Override
        protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
            SslHandler handler = super.newSslHandler(context, allocator);
            handler.setHandshakeTimeoutMillis(timeoutMillis);
            return handler;
        }

        private static String orEmpty(@Nullable String name) {
            return name == null ? "" : name;
        }
    }

    private final class AfterHandshake extends ChannelInboundHandlerAdapter {

        private final ListenerState listener;
        private boolean failed;

        AfterHandshake(ListenerState listener) {
            this.listener = listener;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                if (completion.isSuccess()) {
                    acknowledge(ctx.channel());
                    SslHandler tls = ctx.pipeline().get(SslHandler.class);
                    ctx.channel().attr(ClientConnection.IDENTITY).set(ClientIdentity.of(tls.engine()));
                    next.initialise(ctx.channel(), listener);
                    ctx.pipeline().remove(this);
                } else {
                    fail(ctx, completion.cause());
                }
                return;
            }
            if (event instanceof SniCompletionEvent completion && !completion.isSuccess()) {
                fail(ctx, completion.cause());
                return;
            }
            ctx.fireUserEventTriggered(event);
        }

        /**
         * A client without TCP_NODELAY sends its request only once its last handshake message is acknowledged, and TLS 1.3 answers that
         * message with nothing: without this, the kernel's delayed acknowledgement would cost each new connection 40 ms.
         */
        private static void acknowledge(Channel channel) {
            // NIO does not know it.
            var _ = channel.config().setOption(TCP_QUICKACK, 1);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(ctx, cause);
        }

        private void fail(ChannelHandlerContext ctx, Throwable cause) {
            if (!failed) {
                failed = true;
                meters.handshakeFailed();
                LOG.debug("TLS handshake with {} failed: {}", ctx.channel().remoteAddress(), cause.toString());
            }
            var _ = ctx.close();
        }
    }
}
