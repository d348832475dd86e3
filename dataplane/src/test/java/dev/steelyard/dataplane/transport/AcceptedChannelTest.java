package dev.steelyard.dataplane.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.transport.EventLoops.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an accepted connection does is what Netty's own does: each test but those of what is saved passes with both. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class AcceptedChannelTest {

    private final EventLoops loops = EventLoops.start(Transport.EPOLL, 1);
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();

    /** What the connection's handler was told, in order: what was read, events, failures, whether it is writable. */
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        loops.close();
    }

    private ServerChannel listen(Class<? extends ServerChannel> type, String address, boolean halfClosure) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(type)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, halfClosure)
                .childOption(ChannelOption.SO_SNDBUF, 16 * 1024)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Recorder());
                    }
                })
                .bind(new InetSocketAddress(address, 0))
                .syncUninterruptibly();
        Keepalive.probeAccepted((ServerChannel) bound.channel());
        return (ServerChannel) bound.channel();
    }

    private Socket connect(Class<? extends ServerChannel> type, boolean halfClosure) throws IOException {
        return connect(listen(type, "127.0.0.1", halfClosure));
    }

    private static Socket connect(ServerChannel to) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(16 * 1024);
        client.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), ((InetSocketAddress) to.localAddress()).getPort()));
        client.setSoTimeout(20_000);
        return client;
    }

    private Channel accepted() throws InterruptedException {
        Channel channel = accepted.poll(20, TimeUnit.SECONDS);
        assertThat(channel).isNotNull();
        return channel;
    }

    private Object told() throws InterruptedException {
        Object next = told.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private static String all(Socket client) throws IOException {
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void itIsWhatThisProgramListensWith() throws Exception {
        try (Socket _ = connect(loops.serverSocket().asSubclass(ServerChannel.class), false)) {
            assertThat(accepted()).isInstanceOf(AcceptedChannel.class);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void clientsMayEndTheirSideAndStillBeAnswered(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, true)) {
            send(client, "question");
            client.shutdownOutput();
            assertThat(told()).isEqualTo("question");
            assertThat(told()).isEqualTo(ChannelInputShutdownEvent.INSTANCE);
            assertThat(told()).isEqualTo(ChannelInputShutdownReadComplete.INSTANCE);
            DuplexChannel channel = (DuplexChannel) accepted();
            assertThat(channel.isActive()).isTrue();
            assertThat(channel.isInputShutdown()).isTrue();
            channel.writeAndFlush(text("answer")).syncUninterruptibly();
            channel.shutdownOutput().syncUninterruptibly();
            assertThat(all(client)).isEqualTo("answer");
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void withoutHalfClosureTheEndOfOneSideIsThatOfBoth(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, false)) {
            send(client, "question");
            client.shutdownOutput();
            assertThat(told()).isEqualTo("question");
            assertThat(told()).isEqualTo("inactive");
            assertThat(all(client)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void clientsThatWereSentTheLastMayGoOn(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, true)) {
            DuplexChannel channel = (DuplexChannel) accepted();
            var _ = channel.writeAndFlush(text("last"));
            channel.shutdownOutput().syncUninterruptibly();
            assertThat(told()).isEqualTo(ChannelOutputShutdownEvent.INSTANCE);
            assertThat(all(client)).isEqualTo("last");
            send(client, "more");
            assertThat(told()).isEqualTo("more");
            assertThat(channel.writeAndFlush(text("too late"))
                            .awaitUninterruptibly()
                            .isSuccess())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void aResetIsAFailure(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, false)) {
            send(client, "question");
            assertThat(told()).isEqualTo("question");
            client.setSoLinger(true, 0);
        }
        assertThat(told()).isInstanceOf(IOException.class);
        assertThat(told()).isEqualTo("inactive");
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void slowReadersGetAllInOrderAndWritersAreTold(Class<? extends ServerChannel> type) throws Exception {
        byte[] wanted = new byte[8 * 1024 * 1024];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = (byte) (i * 31 + i / 251);
        }
        try (Socket client = connect(type, true)) {
            Channel channel = accepted();
            // One piece alone, then some hundred of different lengths, one of several parts.
            ChannelFuture first = channel.writeAndFlush(Unpooled.wrappedBuffer(wanted, 0, 1024 * 1024));
            assertThat(told()).isEqualTo(false);
            int at = 1024 * 1024;
            ChannelFuture last = first;
            for (int length = 1; at < wanted.length; length = length % 60_000 + 7_919) {
                int rest = Math.min(length, wanted.length - at);
                ByteBuf piece = length % 2 == 0
                        ? Unpooled.wrappedBuffer(wanted, at, rest)
                        : Unpooled.wrappedBuffer(
                                Unpooled.directBuffer(rest / 2 + 1).writeBytes(wanted, at, rest / 2),
                                Unpooled.wrappedBuffer(wanted, at + rest / 2, rest - rest / 2));
                last = channel.write(piece);
                at += rest;
            }
            channel.flush();
            assertThat(last.isDone()).isFalse();
            assertThat(channel.isWritable()).isFalse();
            InputStream in = client.getInputStream();
            byte[] received = in.readNBytes(wanted.length);
            assertThat(Arrays.equals(received, wanted)).isTrue();
            last.syncUninterruptibly();
            // Writing from another thread may tell of more changes before.
            await().until(() -> new ArrayList<>(told).getLast().equals(true));
            assertThat(channel.isWritable()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void whoIsNotReadIsHeldBack(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, true)) {
            Channel channel = accepted();
            channel.config().setAutoRead(false);
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    client.getOutputStream().write(new byte[64 * 1024 * 1024]);
                    client.shutdownOutput();
                } catch (IOException e) {
                    told.add(e);
                }
            });
            sender.join(Duration.ofMillis(500));
            assertThat(sender.isAlive()).isTrue();
            channel.config().setAutoRead(true);
            sender.join(Duration.ofSeconds(20));
            assertThat(sender.isAlive()).isFalse();
            await().until(() -> told.contains(ChannelInputShutdownReadComplete.INSTANCE));
            long octets = told.stream()
                    .mapToLong(each -> each instanceof String read ? read.length() : 0)
                    .sum();
            assertThat(octets).isEqualTo(64 * 1024 * 1024);
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void closingWithoutLingeringResets(Class<? extends ServerChannel> type) throws Exception {
        try (Socket client = connect(type, true)) {
            Channel channel = accepted();
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close().syncUninterruptibly();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(told()).isEqualTo("inactive");
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void closingFailsWhatWasNotSentYet(Class<? extends ServerChannel> type) throws Exception {
        try (Socket _ = connect(type, true)) {
            Channel channel = accepted();
            ChannelFuture unsent = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[16 * 1024 * 1024]));
            assertThat(told()).isEqualTo(false);
            channel.close().syncUninterruptibly();
            assertThat(unsent.awaitUninterruptibly().isSuccess()).isFalse();
            assertThat(channel.isOpen()).isFalse();
            assertThat(channel.closeFuture().isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {AcceptingChannel.class, EpollServerSocketChannel.class})
    void theKernelWatchesOverItWithoutBeingTold(Class<? extends ServerChannel> type) throws Exception {
        try (Socket _ = connect(type, true)) {
            Channel channel = accepted();
            assertThat(channel.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
    void itKnowsBothEnds(String address) throws Exception {
        try (Socket client = connect(listen(AcceptingChannel.class, address, true))) {
            Channel channel = accepted();
            assertThat(channel.remoteAddress()).isEqualTo(client.getLocalSocketAddress());
            assertThat(channel.localAddress()).isEqualTo(client.getRemoteSocketAddress());
            assertThat(((AcceptedChannel) channel).localPort()).isEqualTo(client.getPort());
            channel.close().syncUninterruptibly();
            assertThat(List.of(channel.remoteAddress(), channel.localAddress()))
                    .containsExactly(client.getLocalSocketAddress(), client.getRemoteSocketAddress());
        }
    }

    @Test
    void whereItWasBoundIsKnownStillWhenItIsClosed() throws Exception {
        ServerChannel listening = listen(AcceptingChannel.class, "0.0.0.0", true);
        try (Socket _ = connect(listening)) {
            Channel channel = accepted();
            channel.close().syncUninterruptibly();
            assertThat(channel.localAddress()).isEqualTo(listening.localAddress());
        }
    }

    @Test
    void anEventLoopDoesNotLinger() throws Exception {
        try (Socket _ = connect(AcceptingChannel.class, true)) {
            Channel channel = accepted();
            assertThatThrownBy(() -> channel.config().setOption(ChannelOption.SO_LINGER, 5))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("5");
        }
    }

    private final class Recorder extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            accepted.add(ctx.channel());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            told.add("inactive");
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf read = (ByteBuf) message;
            told.add(read.toString(StandardCharsets.US_ASCII));
            read.release();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            told.add(ctx.channel().isWritable());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            told.add(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause);
        }
    }
}
