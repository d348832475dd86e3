package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.metrics.Refusal;
import dev.steelyard.dataplane.proxyprotocol.MalformedProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the PROXY protocol header that comes before everything else, TLS included, and notes what it says in {@link ClientConnection}. A
 * connection from elsewhere than the listener's trusted proxies, or without a well-formed header in time, is closed and counted: whoever could
 * choose whether to send one could choose its address.
 *
 * <p>Two are equal when they hand on to the same engine.
 */
record ProxyProtocolEngine(Engine next) implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyProtocolEngine.class);

    @Override
    public void initialise(Channel channel, ListenerState listener) {
        InetSocketAddress proxy = (InetSocketAddress) channel.remoteAddress();
        if (proxy != null && listener.plan().trustedProxies().contains(proxy.getAddress())) {
            channel.pipeline().addLast(new Header(listener));
        } else {
            refuse(listener, channel, Refusal.UNTRUSTED_PROXY, "it is none of trustedProxies");
        }
    }

    private static void refuse(ListenerState listener, Channel channel, Refusal why, @Nullable String reason) {
        listener.refused(why);
        LOG.debug("connection from {} is closed: {}", channel.remoteAddress(), reason);
        var _ = channel.close();
    }

    private final class Header extends ChannelInboundHandlerAdapter {

        private final ListenerState listener;
        private @Nullable Future<?> timeout;
        private @Nullable ByteBuf received;

        Header(ListenerState listener) {
            this.listener = listener;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            long millis = listener.plan().limits().headerTimeout().toMillis();
            if (millis > 0) {
                timeout = ctx.executor()
                        .schedule(
                                () -> refuse(
                                        listener, ctx.channel(), Refusal.PROXY_HEADER_TIMEOUT, "no header in time"),
                                millis,
                                TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            ByteBuf before = received;
            ByteBuf all = before == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
            received = all;
            if (!ctx.channel().isOpen()) {
                return;
            }
            try {
                ProxyHeader header = ProxyHeaderReader.read(all);
                if (header != null) {
                    received = null;
                    handOn(ctx, header, all);
                }
            } catch (MalformedProxyHeader e) {
                refuse(listener, ctx.channel(), Refusal.PROXY_HEADER_MALFORMED, e.getMessage());
            }
        }

        private void handOn(ChannelHandlerContext ctx, ProxyHeader header, ByteBuf rest) {
            if (header instanceof ProxyHeader.Proxied proxied) {
                ctx.channel().attr(ClientConnection.PROXIED).set(proxied);
            }
            next.initialise(ctx.channel(), listener);
            if (rest.isReadable()) {
                ctx.fireChannelRead(rest);
            } else {
                rest.release();
            }
            ctx.pipeline().remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            if (timeout != null) {
                timeout.cancel(false);
            }
            if (received != null) {
                received.release();
                received = null;
            }
        }
    }
}
