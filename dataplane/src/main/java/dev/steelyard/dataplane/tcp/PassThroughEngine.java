package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.Engine;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.Refusal;
import dev.steelyard.dataplane.sni.ClientHelloReader;
import dev.steelyard.dataplane.sni.MalformedHello;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes TLS connections through undeciphered: reads the server name that the client asks for, and relays the connection to the pool of
 * whoever has that name, from its first byte on. For all threads.
 *
 * <p>The ClientHello has the listener's header timeout. A client that asks for a name that nobody has, or for none where nobody takes all,
 * gets the alert that RFC 6066 section 3 has for it.
 */
public final class PassThroughEngine implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(PassThroughEngine.class);

    /** Record of an alert, version TLS 1.2 as all have it, two bytes: fatal, unrecognized_name (RFC 8446 section 6). */
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    private final TcpEngine relays;

    public PassThroughEngine(TcpEngine relays) {
        this.relays = relays;
    }

    @Override
    public void initialise(Channel channel, ListenerState listener) {
        channel.pipeline().addLast(new Hello(channel, listener));
    }

    private final class Hello extends ChannelInboundHandlerAdapter {

        private final ListenerState listener;
        private final ClientHelloReader reader = new ClientHelloReader();
        private final Deadline deadline;
        private @Nullable ByteBuf received;
        private boolean decided;

        Hello(Channel channel, ListenerState listener) {
            this.listener = listener;
            this.deadline = relays.deadlines(channel).deadline(() -> refuse(channel, Refusal.HELLO_TIMEOUT, "silence"));
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            deadline.in(listener.plan().limits().headerTimeout().toNanos());
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = (ByteBuf) message;
            if (decided) {
                in.release();
                return;
            }
            ByteBuf before = received;
            ByteBuf all = before == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, in);
            received = all;
            try {
                String name = reader.read(all);
                if (name != null) {
                    handOn(ctx, name, all);
                }
            } catch (MalformedHello e) {
                refuse(ctx.channel(), Refusal.HELLO_MALFORMED, e.getMessage());
            }
        }

        private void handOn(ChannelHandlerContext ctx, String name, ByteBuf all) {
            if (!(listener.plan() instanceof ListenerPlan.Tls plan)) {
                throw new IllegalStateException("a listener's plan changed its kind under open connections");
            }
            RelayTarget target = plan.names().find(name);
            if (target == null) {
                listener.refused(Refusal.UNKNOWN_SERVER_NAME);
                decided = true;
                var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            received = null;
            relays.relay(ctx.channel(), target);
            ctx.fireChannelRead(all);
            ctx.pipeline().remove(this);
        }

        private void refuse(Channel channel, Refusal why, @Nullable String reason) {
            decided = true;
            listener.refused(why);
            LOG.debug("connection from {} is closed: {}", channel.remoteAddress(), reason);
            var _ = channel.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            deadline.cancel();
            if (received != null) {
                received.release();
                received = null;
            }
        }
    }
}
