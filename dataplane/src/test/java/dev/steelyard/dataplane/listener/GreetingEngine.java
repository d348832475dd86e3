package dev.steelyard.dataplane.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;

/** Greets each client with the engine's name and the listener's, sends back what it sends, and says so when it drains. */
record GreetingEngine(String name) implements Engine {

    @Override
    public void initialise(Channel channel, ListenerState listener) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                say(ctx, name + " " + listener.plan().owners().getFirst().listener());
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                var _ = ctx.writeAndFlush(message);
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof DrainEvent) {
                    say(ctx, "draining");
                }
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                var _ = ctx.close();
            }
        });
    }

    private static void say(ChannelHandlerContext ctx, String words) {
        ByteBuf line = ctx.alloc().buffer();
        line.writeCharSequence(words + "\n", StandardCharsets.US_ASCII);
        var _ = ctx.writeAndFlush(line);
    }
}
