package dev.steelyard.dataplane.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A link by a channel of Netty's, under any transport. */
final class ChannelLink extends ChannelInboundHandlerAdapter implements Link {

    private final Channel channel;
    private final Receiver receiver;
    private boolean closed;

    /**
     * @param channel not registered yet
     * @param local where it is bound, shared with others of ours; null: wherever the kernel likes
     * @throws ChannelException if there can be none, for want of file descriptors or ports
     */
    ChannelLink(
            Channel channel,
            EventLoop loop,
            Receiver receiver,
            InetSocketAddress peer,
            @Nullable InetSocketAddress local) {
        this.channel = channel;
        this.receiver = receiver;
        if (local != null) {
            UdpSocket.prepare(channel);
        } else {
            UdpSocket.prepareReads(channel);
        }
        channel.pipeline().addLast(this);
        // All of this is done at once, as it is asked on the loop itself and a datagram socket has nothing to wait for.
        ChannelFuture registered = loop.register(channel);
        ChannelFuture connected = !registered.isSuccess()
                ? registered
                : local == null ? channel.connect(peer) : channel.connect(peer, local);
        if (connected.isDone() && !connected.isSuccess()) {
            var _ = channel.close();
            throw new ChannelException("cannot connect to " + peer, connected.cause());
        }
    }

    @Override
    public boolean send(ByteBuf datagram) {
        if (!channel.isWritable()) {
            datagram.release();
            return false;
        }
        var _ = channel.write(datagram, channel.voidPromise());
        return true;
    }

    @Override
    public boolean isBuffered() {
        return true;
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void close() {
        closed = true;
        var _ = channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf datagram = ((DatagramPacket) message).content();
        if (closed) {
            datagram.release();
        } else {
            receiver.received(datagram);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        receiver.receivedAll();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!closed) {
            receiver.failed(cause);
        }
    }
}
