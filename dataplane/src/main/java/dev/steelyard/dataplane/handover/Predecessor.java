package dev.steelyard.dataplane.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that has the node's listening sockets now, as the next one talks to it. For all threads. */
final class Predecessor {

    private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

    private final EventLoopGroup group;
    private final DomainSocketAddress address;
    private volatile @Nullable Channel lifeline;

    Predecessor(EventLoopGroup group, DomainSocketAddress address) {
        this.group = group;
        this.address = address;
    }

    /** Asks for its sockets; fails if there is no such process. What has come of them if it ends meanwhile counts. */
    CompletableFuture<List<FileDescriptor>> take() {
        CompletableFuture<List<FileDescriptor>> all = new CompletableFuture<>();
        connect(
                DomainSocketReadMode.FILE_DESCRIPTORS,
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Collector(all));
                    }
                },
                Commands.TAKE,
                all);
        return all;
    }

    /** Tells it that its sockets {@code used} are served by this process now; completes when it has let go, or is gone. */
    CompletableFuture<Void> succeed(Set<String> used) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        connect(
                DomainSocketReadMode.BYTES,
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new LineBasedFrameDecoder(Commands.MAX_LINE))
                                .addLast(new Answer(done));
                    }
                },
                Commands.done(used),
                done);
        return done.exceptionally(gone -> {
            LOG.info("the process before has ended: {}", gone.getMessage());
            return null;
        });
    }

    private void connect(
            DomainSocketReadMode mode, ChannelHandler handler, String command, CompletableFuture<?> failed) {
        ChannelFuture connected = new Bootstrap()
                .group(group)
                .channel(EpollDomainSocketChannel.class)
                .option(EpollChannelOption.DOMAIN_SOCKET_READ_MODE, mode)
                .handler(handler)
                .connect(address);
        connected.addListener(done -> {
            if (done.isSuccess()) {
                var _ = connected.channel().writeAndFlush(Unpooled.copiedBuffer(command, US_ASCII));
            } else {
                failed.completeExceptionally(done.cause());
            }
        });
    }

    /** The process before learns from the end of this connection that it is the one that serves. */
    void close() {
        Channel open = lifeline;
        if (open != null) {
            open.close().awaitUninterruptibly();
        }
    }

    private static final class Collector extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<List<FileDescriptor>> result;
        private final List<FileDescriptor> sockets = new ArrayList<>();

        Collector(CompletableFuture<List<FileDescriptor>> result) {
            this.result = result;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            sockets.add((FileDescriptor) message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            result.complete(sockets);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.warn("not all sockets of the process before have come: {}", cause.toString());
            var _ = ctx.close();
        }
    }

    private final class Answer extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Void> result;

        Answer(CompletableFuture<Void> result) {
            this.result = result;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            lifeline = ctx.channel();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            result.complete(null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            result.complete(null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
