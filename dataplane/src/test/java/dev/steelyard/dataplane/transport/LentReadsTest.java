package dev.steelyard.dataplane.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.transport.EventLoops.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LentReadsTest {

    private static final int LARGEST_READ = 64 * 1024;

    private final BlockingQueue<ByteBuf> read = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> places = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> turns = new LinkedBlockingQueue<>();
    private EventLoops loops = EventLoops.start(Transport.preferred(), 1);

    @AfterEach
    void stop() {
        loops.close();
    }

    private InetSocketAddress listen(Transport transport, Consumer<ByteBuf> receiver) {
        if (loops.transport() != transport) {
            loops.close();
            loops = EventLoops.start(transport, 1);
        }
        Channel server = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverSocket())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, LentReads.reads())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                            private int inThisTurn;

                            @Override
                            public void channelRead(ChannelHandlerContext ctx, Object message) {
                                ByteBuf piece = (ByteBuf) message;
                                inThisTurn += piece.readableBytes();
                                receiver.accept(piece);
                            }

                            @Override
                            public void channelReadComplete(ChannelHandlerContext ctx) {
                                turns.add(inThisTurn);
                                inThisTurn = 0;
                            }
                        });
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        return (InetSocketAddress) server.localAddress();
    }

    private static void send(Socket client, String text) throws Exception {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private ByteBuf next() throws InterruptedException {
        ByteBuf next = read.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void whatIsKeptIsNotReadOver(Transport transport) throws Exception {
        InetSocketAddress address = listen(transport, read::add);
        try (Socket one = new Socket(address.getAddress(), address.getPort());
                Socket other = new Socket(address.getAddress(), address.getPort())) {
            send(one, "first");
            ByteBuf first = next();
            send(other, "second");
            ByteBuf second = next();
            send(one, "third");
            ByteBuf third = next();
            assertThat(List.of(first, second, third))
                    .extracting(each -> each.toString(StandardCharsets.US_ASCII))
                    .containsExactly("first", "second", "third");
            List.of(first, second, third).forEach(ByteBuf::release);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void whoLetsGoIsLentTheSameMemoryAgain(Transport transport) throws Exception {
        InetSocketAddress address = listen(transport, piece -> {
            places.add(piece.memoryAddress());
            piece.release();
        });
        try (Socket one = new Socket(address.getAddress(), address.getPort());
                Socket other = new Socket(address.getAddress(), address.getPort())) {
            for (int i = 1; i <= 4; i++) {
                send(i % 2 == 0 ? one : other, "message");
                int wanted = i;
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> places.size() == wanted);
            }
        }
        assertThat((Collection<Long>) places).containsOnly(places.element());
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void longStreamsGetLargerBuffersOfTheirOwn(Transport transport) throws Exception {
        InetSocketAddress address = listen(transport, read::add);
        byte[] much = new byte[4 * 1024 * 1024];
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.getOutputStream().write(much);
        }
        long octets = 0;
        int largest = 0;
        while (octets < much.length) {
            ByteBuf piece = next();
            octets += piece.readableBytes();
            largest = Math.max(largest, piece.readableBytes());
            piece.release();
        }
        assertThat(largest).isGreaterThan(16 * 1024);
    }

    /** However much has come while the loop was busy with what came before. */
    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void othersHaveTheirTurnAfterAFairShare(Transport transport) throws Exception {
        InetSocketAddress address = listen(transport, piece -> {
            busy();
            read.add(piece);
        });
        byte[] much = new byte[16 * LentReads.FAIR_SHARE];
        try (Socket client = new Socket(address.getAddress(), address.getPort())) {
            client.getOutputStream().write(much);
        }
        for (int octets = 0; octets < much.length; ) {
            ByteBuf piece = next();
            octets += piece.readableBytes();
            piece.release();
        }
        assertThat((Collection<Integer>) turns)
                .allSatisfy(octets -> assertThat(octets).isLessThan(LentReads.FAIR_SHARE + LARGEST_READ));
    }

    private static void busy() {
        LockSupport.parkNanos(1_000_000);
    }
}
