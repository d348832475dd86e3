package dev.steelyard.dataplane.handover;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the next process on this node, and gives it what {@link Estate} has. */
final class SuccessorServer {

    private static final Logger LOG = LoggerFactory.getLogger(SuccessorServer.class);

    /** How long the next process may take to read the sockets that it asked for. Nothing else is configured meanwhile. */
    private static final long SEND_MILLIS = 2_000;

    private final Channel listening;

    private SuccessorServer(Channel listening) {
        this.listening = listening;
    }

    /**
     * Begins to wait.
     *
     * @param path made anew; only this process' user can connect
     * @throws IOException if it cannot be made
     */
    static SuccessorServer start(EventLoopGroup group, Path path, Estate estate) throws IOException {
        Files.deleteIfExists(path);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                        int owner = (Integer) Files.getAttribute(path, "unix:uid");
                        int peer = channel.peerCredentials().uid();
                        if (peer != owner && peer != 0) {
                            LOG.warn("user {} asked for the listening sockets and was refused", peer);
                            var _ = channel.close();
                            return;
                        }
                        channel.pipeline()
                                .addLast(new LineBasedFrameDecoder(Commands.MAX_LINE))
                                .addLast(new Session(estate));
                    }
                })
                .bind(new DomainSocketAddress(path.toString()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + path + ": " + bound.cause().getMessage(), bound.cause());
        }
        return new SuccessorServer(bound.channel());
    }

    /** Waits no more, and removes the path; open connections stay. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        var _ = listening.close().addListener(_ -> closed.complete(null));
        return closed;
    }

    /** One connection of a next process. */
    private static final class Session extends ChannelInboundHandlerAdapter {

        private final Estate estate;
        private boolean succeeded;

        Session(Estate estate) {
            this.estate = estate;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf line = (ByteBuf) message;
            List<String> words = List.of(line.toString(US_ASCII).split(" "));
            line.release();
            switch (words.getFirst()) {
                case "take" -> take(ctx);
                case "done" -> done(ctx, Set.copyOf(words.subList(1, words.size())));
                default -> {
                    LOG.warn("the next process said {}, which this release does not know", words.getFirst());
                    var _ = ctx.close();
                }
            }
        }

        private void take(ChannelHandlerContext ctx) {
            var _ = estate.lend(sockets -> send(ctx.channel(), sockets)).whenComplete((_, failure) -> {
                if (failure != null) {
                    LOG.warn("cannot pass on the listening sockets", failure);
                }
                var _ = ctx.close();
            });
        }

        private static void send(Channel channel, List<FileDescriptor> sockets) {
            @Nullable ChannelFuture last = null;
            for (FileDescriptor socket : sockets) {
                last = channel.writeAndFlush(socket);
            }
            if (last != null && !last.awaitUninterruptibly(SEND_MILLIS, TimeUnit.MILLISECONDS)) {
                // The descriptors still queued must not be sent later, when they may stand for something else.
                channel.close().awaitUninterruptibly();
            }
            LOG.info("passed {} listening sockets to the next process", sockets.size());
        }

        private void done(ChannelHandlerContext ctx, Set<String> names) {
            succeeded = true;
            var _ = estate.succeeded(names).whenComplete((_, failure) -> {
                if (failure != null) {
                    LOG.warn("cannot leave the listening sockets to the next process", failure);
                }
                var _ = ctx.writeAndFlush(Unpooled.copiedBuffer(Commands.OK, US_ASCII))
                        .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            });
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (succeeded) {
                estate.forsaken();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("talking with the next process", cause);
            var _ = ctx.close();
        }
    }
}
