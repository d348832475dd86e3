package dev.steelyard.dataplane.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/** Writing to the kernel past a channel's pipeline and queue, where both would do nothing but pass on. */
public final class Unqueued {

    private Unqueued() {}

    /**
     * The socket that a handler's channel writes to, if what the handler writes now would reach it unchanged and at once.
     *
     * @return null if it has to be written to the channel: it is not driven by epoll, something in between may change it, or something waits
     */
    public static @Nullable Socket socket(ChannelHandlerContext context) {
        if (!(context.channel() instanceof AbstractEpollStreamChannel channel)
                || !context.equals(context.pipeline().firstContext())) {
            return null;
        }
        ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
        // Empty is also a queue of which nothing was flushed yet, such as a PROXY protocol header.
        boolean idle = queue != null && queue.isEmpty() && queue.totalPendingWriteBytes() == 0 && channel.isActive();
        return idle && channel.fd() instanceof Socket socket ? socket : null;
    }
}
