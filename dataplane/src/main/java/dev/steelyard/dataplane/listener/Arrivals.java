package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.transport.AcceptedChannel;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands connections that were accepted to all loops in turn: as channels or, where their engine can do without, as sockets. */
final class Arrivals {

    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    private final ListenerKey key;
    private final EventLoops loops;
    private final Runnable onEnd;

    /** @param onEnd run on whatever loop when a connection has ended */
    Arrivals(ListenerKey key, EventLoops loops, Runnable onEnd) {
        this.key = key;
        this.loops = loops;
        this.onEnd = onEnd;
    }

    /** Hands on a connection that was counted already, see {@link LiveListener#accepted}. On the accepting loop. */
    void hand(Channel connection, LiveListener to) {
        EventLoop loop = loops.group().next();
        if (to.engine() instanceof SocketEngine && connection instanceof AcceptedChannel accepted) {
            try {
                EventLoops.onLoop(loop, () -> asSocket(accepted, loop, to));
            } catch (RejectedExecutionException e) {
                dropped(connection, to, e);
            }
        } else {
            if (connection instanceof NioSocketChannel) {
                connection.config().setOption(ChannelOption.TCP_NODELAY, true);
            }
            asChannel(connection, loop, to);
        }
    }

    private void asSocket(AcceptedChannel accepted, EventLoop loop, LiveListener to) {
        AcceptedSocket socket = new AcceptedSocket(accepted, loop, closed -> {
            to.ended(closed);
            onEnd.run();
        });
        try {
            if (!to.begin(socket)) {
                asChannel(accepted, loop, to);
            }
        } catch (RuntimeException e) {
            LOG.warn("{}: a connection was dropped", key, e);
            socket.discard();
        }
    }

    private void asChannel(Channel connection, EventLoop loop, LiveListener to) {
        connection.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel registered) {
                var _ = registered.closeFuture().addListener(closed -> ended(registered, to));
                to.begin(registered);
            }
        });
        var _ = loop.register(connection).addListener(registered -> {
            if (!registered.isSuccess()) {
                // Its initialiser, which would have told, was never called.
                dropped(connection, to, registered.cause());
            }
        });
    }

    private void dropped(Channel connection, LiveListener to, Throwable cause) {
        connection.unsafe().closeForcibly();
        ended(connection, to);
        LOG.warn("{}: a connection was dropped", key, cause);
    }

    private void ended(Channel connection, LiveListener of) {
        of.ended(connection);
        onEnd.run();
    }
}
