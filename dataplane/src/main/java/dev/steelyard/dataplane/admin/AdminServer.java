package dev.steelyard.dataplane.admin;

import dev.steelyard.dataplane.admin.stats.Stats;
import dev.steelyard.dataplane.admin.view.Served;
import dev.steelyard.dataplane.metrics.Meters;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** The admin port: an HTTP/1.1 server with a thread of its own, so that rendering pages holds up no traffic. */
public final class AdminServer implements AutoCloseable {

    private static final int MAX_CONNECTIONS = 100;
    private static final int MAX_REQUEST_BYTES = 16 * 1024;
    private static final int TIMEOUT_SECONDS = 30;

    private final EventLoopGroup group;
    private final Channel listening;

    private AdminServer(EventLoopGroup group, Channel listening) {
        this.group = group;
        this.listening = listening;
    }

    /**
     * Begins to answer.
     *
     * @throws IOException if the address cannot be bound; the message says which, and why
     */
    public static AdminServer start(AdminOptions options, Served served, Meters meters) throws IOException {
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        Routes routes = new Routes(served, meters, new Access(options), new Stats(served, meters, group.next()));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (connections.size() >= MAX_CONNECTIONS) {
                            var _ = channel.close();
                            return;
                        }
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new ReadTimeoutHandler(TIMEOUT_SECONDS))
                                .addLast(new WriteTimeoutHandler(TIMEOUT_SECONDS))
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(4096)
                                        .setMaxHeaderSize(8192)))
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new HttpObjectAggregator(MAX_REQUEST_BYTES, true))
                                .addLast(new AdminHandler(routes));
                    }
                });
        ChannelFuture bound = bootstrap.bind(options.address()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot open the admin port " + options.address() + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return new AdminServer(group, bound.channel());
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    /** Stops at once; what is being answered is cut off. */
    @Override
    public void close() {
        var _ = listening.close().awaitUninterruptibly();
        var _ = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
