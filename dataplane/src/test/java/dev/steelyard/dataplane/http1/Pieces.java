package dev.steelyard.dataplane.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntPredicate;

/**
 * Passes on what is received in pieces, as if each had come in a packet of its own: each only while its connection is being read from, with
 * everything that ends a read after it.
 */
final class Pieces extends ChannelDuplexHandler {

    private final IntPredicate cuts;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private int taken;
    private boolean passing;

    /**
     * @param cuts whether a piece ends before the octet with that number, from 1
     */
    Pieces(IntPredicate cuts) {
        this.cuts = cuts;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        int from = in.readerIndex();
        for (int i = from + 1; i < in.writerIndex(); i++) {
            if (cuts.test(taken + i - in.readerIndex())) {
                waiting.add(in.retainedSlice(from, i - from));
                from = i;
            }
        }
        taken += in.readableBytes();
        waiting.add(in.retainedSlice(from, in.writerIndex() - from));
        in.release();
        pass(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        pass(ctx);
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        ctx.read();
        if (!waiting.isEmpty() && !passing) {
            ctx.executor().execute(() -> pass(ctx));
        }
    }

    /** The end comes after the pieces; what is never read is lost. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        pass(ctx);
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        drop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    private void pass(ChannelHandlerContext ctx) {
        if (passing) {
            return;
        }
        passing = true;
        while (!waiting.isEmpty() && ctx.channel().config().isAutoRead()) {
            ctx.fireChannelRead(waiting.remove());
            ctx.fireChannelReadComplete();
        }
        passing = false;
    }

    private void drop() {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }
}
