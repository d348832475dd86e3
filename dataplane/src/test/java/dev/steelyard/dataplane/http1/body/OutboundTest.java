package dev.steelyard.dataplane.http1.body;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboundTest {

    private final CompletableFuture<ChannelHandlerContext> connected = new CompletableFuture<>();
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private EventLoops loops = EventLoops.start(Transport.preferred(), 1);

    @AfterEach
    void stop() {
        loops.close();
    }

    private InetSocketAddress listen(Transport transport, ChannelOutboundHandlerAdapter... before) {
        if (loops.transport() != transport) {
            loops.close();
            loops = EventLoops.start(transport, 1);
        }
        Channel server = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverSocket())
                .childOption(ChannelOption.SO_SNDBUF, 16 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(before).addLast(new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelActive(ChannelHandlerContext ctx) {
                                connected.complete(ctx);
                            }

                            @Override
                            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                                failed.complete(cause);
                            }
                        });
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) server.localAddress();
    }

    private static Socket connect(InetSocketAddress to) throws Exception {
        Socket client = new Socket();
        client.setReceiveBufferSize(16 * 1024);
        client.connect(to);
        client.setSoTimeout(20_000);
        return client;
    }

    private ChannelHandlerContext accepted() throws Exception {
        return connected.get(20, TimeUnit.SECONDS);
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void aSlowReaderGetsAllInOrderWhetherItWasQueuedOrNot(Transport transport) throws Exception {
        StringBuilder wanted = new StringBuilder();
        try (Socket client = connect(listen(transport))) {
            ChannelHandlerContext context = accepted();
            for (int i = 0; i < 2_000; i++) {
                // Every other one is too long to be copied.
                wanted.append(("message " + i + " ").repeat(i % 2 == 0 ? 10 : 300));
            }
            CompletableFuture<Long> counted = new CompletableFuture<>();
            context.executor().execute(() -> {
                Outbound out = new Outbound(context);
                for (int i = 0; i < 2_000; i++) {
                    out.write(text(("message " + i + " ").repeat(i % 2 == 0 ? 10 : 300)));
                    out.flush();
                }
                counted.complete(out.written());
                out.end();
            });
            InputStream in = client.getInputStream();
            String received = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(received).isEqualTo(wanted.toString());
            assertThat(counted.get(20, TimeUnit.SECONDS)).isEqualTo(wanted.length());
        }
    }

    @Test
    void whatAHandlerBeforeItChangesGoesThroughThatHandler() throws Exception {
        InetSocketAddress address = listen(Transport.preferred(), new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                var _ = ctx.write(Unpooled.wrappedBuffer(text("<"), (ByteBuf) message, text(">")), promise);
            }
        });
        try (Socket client = connect(address)) {
            ChannelHandlerContext context = accepted();
            context.executor().execute(() -> {
                Outbound out = new Outbound(context);
                out.write(text("content"));
                out.end();
            });
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("<content>");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void aBrokenConnectionIsToldOfAsByTheQueue(Transport transport) throws Exception {
        InetSocketAddress address = listen(transport);
        ChannelHandlerContext context;
        try (Socket client = connect(address)) {
            context = accepted();
            context.channel().config().setAutoRead(false);
            client.setSoLinger(true, 0);
        }
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!failed.isDone() && context.channel().isActive() && System.nanoTime() < until) {
            CompletableFuture<Void> written = new CompletableFuture<>();
            context.executor().execute(() -> {
                Outbound out = new Outbound(context);
                out.write(text("content"));
                out.flush();
                out.discard();
                written.complete(null);
            });
            written.get(20, TimeUnit.SECONDS);
        }
        assertThat(failed.isDone() || !context.channel().isActive()).isTrue();
    }
}
