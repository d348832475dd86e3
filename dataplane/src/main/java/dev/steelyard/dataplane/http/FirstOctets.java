package dev.steelyard.dataplane.http;

import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.http1.Http1Engine;
import dev.steelyard.dataplane.http2.Http2Engine;
import dev.steelyard.dataplane.listener.ListenerState;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Stands before HTTP/1.1 on a clear-text connection until its first octets are there: HTTP/2 with prior knowledge begins with the method {@code
 * PRI}, which nothing else has (RFC 9113 section 3.4).
 */
final class FirstOctets extends ChannelInboundHandlerAdapter {

    private static final int METHOD = 'P' << 24 | 'R' << 16 | 'I' << 8 | ' ';
    private static final int METHOD_LENGTH = 4;

    private final EngineLoop loop;
    private final ListenerState listener;
    private @Nullable ByteBuf held;

    private FirstOctets(EngineLoop loop, ListenerState listener) {
        this.loop = loop;
        this.listener = listener;
    }

    static void initialise(Channel channel, EngineLoop loop, ListenerState listener) {
        channel.pipeline().addLast(new FirstOctets(loop, listener));
        Http1Engine.initialise(channel, loop, listener);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (held != null) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
            held = null;
        }
        int known = Math.min(in.readableBytes(), METHOD_LENGTH);
        for (int i = 0; i < known; i++) {
            if (in.getByte(in.readerIndex() + i) != (byte) (METHOD >>> (24 - 8 * i))) {
                ctx.pipeline().remove(this);
                ctx.fireChannelRead(in);
                return;
            }
        }
        if (known < METHOD_LENGTH) {
            held = in;
            return;
        }
        ctx.pipeline().replace(Http1Engine.NAME, "http2", Http2Engine.handler(loop, listener));
        ctx.pipeline().remove(this);
        ctx.fireChannelRead(in);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (held != null) {
            held.release();
            held = null;
        }
        ctx.fireChannelInactive();
    }
}
