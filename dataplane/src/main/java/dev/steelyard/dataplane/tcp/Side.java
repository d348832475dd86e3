package dev.steelyard.dataplane.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One side of a {@link Relay}: hands what it reads to the other side. On the relay's event loop.
 *
 * <p>A channel is read only while the other side's outbound buffer is below its mark. epoll reads a channel whose peer has ended its stream
 * even so, but no more than the kernel holds of it; what comes before there is another side is kept for it.
 */
final class Side extends ChannelDuplexHandler {

    private final Relay relay;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private @Nullable Channel channel;
    private @Nullable Side other;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean sentAll;
    private boolean closedHere;
    private long lastPending;

    Side(Relay relay) {
        this.relay = relay;
    }

    /** Names the side to hand to, and begins to read. */
    void join(Side to) {
        other = to;
        for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
            to.write(bytes);
        }
        to.flush();
        if (inputEnded) {
            to.endOutput();
        } else {
            read(to.isWritable());
        }
    }

    /** Whether the peer of this side has sent its last byte. */
    boolean inputEnded() {
        return inputEnded;
    }

    /** Whether the peer of this side has been told that no more bytes come. */
    boolean outputEnded() {
        return outputEnded;
    }

    /** Whether this side's peer has been sent all that it will be. */
    boolean sentAll() {
        return sentAll;
    }

    /** Makes the coming close of the channel a reset. */
    void resetOnClose() {
        if (channel != null && channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
    }

    /** Whether bytes that waited for this side's peer have gone since the last call. */
    boolean outputMoved() {
        ChannelOutboundBuffer buffer = channel == null ? null : channel.unsafe().outboundBuffer();
        long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
        boolean moved = pending != lastPending;
        lastPending = pending;
        return moved;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (other == null) {
            relay.begin();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        relay.transferred(this, bytes.readableBytes());
        if (other == null) {
            early.add(bytes);
            return;
        }
        other.write(bytes);
        if (!other.isWritable()) {
            other.flush();
            read(other.isWritable());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (other != null) {
            other.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (other != null) {
            other.read(isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent) {
            // BoringSSL takes close_notify as the end of both directions.
            inputEnded = true;
            outputEnded = true;
            if (other != null) {
                other.endOutput();
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (other != null) {
                other.endOutput();
            }
        } else if (!(event instanceof ChannelInputShutdownReadComplete)) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        relay.closed(true);
    }

    /** Closed by us: in order. Otherwise the peer has reset the connection, or does not take what it is sent. */
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        relay.closed(!closedHere);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        closedHere = true;
        var _ = ctx.close(promise);
    }

    /** Takes the bytes over. */
    private void write(ByteBuf bytes) {
        if (channel == null || outputEnded) {
            bytes.release();
        } else {
            var _ = channel.write(bytes, channel.voidPromise());
        }
    }

    private void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    private boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    private void read(boolean on) {
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    /** Ends the stream towards this side's peer, behind all that was written. */
    private void endOutput() {
        if (channel instanceof DuplexChannel duplex) {
            // Netty fails what is still unwritten when output is shut down: so wait for it.
            var _ = duplex.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (!written.isSuccess()) {
                    return;
                }
                if (duplex.pipeline().get(SslHandler.class) != null && !inputEnded) {
                    relay.awaitSilence();
                    return;
                }
                sentAll = true;
                relay.sentAll(this);
            });
        }
    }

    /** Tells this side's peer that no more bytes come, while its own still may. */
    void shutdownOutput() {
        if (channel instanceof DuplexChannel duplex && !outputEnded) {
            var _ = duplex.shutdownOutput().addListener(done -> {
                outputEnded = true;
                relay.closeIfBothEnded();
            });
        }
    }
}
