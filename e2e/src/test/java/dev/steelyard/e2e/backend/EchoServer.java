package dev.steelyard.e2e.backend;

import dev.steelyard.e2e.process.Ports;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An HTTP/1.1 server that says who it is: every answer has {@code X-Backend: NAME}, and {@code GET /} has NAME as its
 * body. See {@link EchoHandler} for what other paths do.
 */
public final class EchoServer implements AutoCloseable {
    private static final EventLoopGroup LOOPS =
            new MultiThreadIoEventLoopGroup(2, new DefaultThreadFactory("echo", true), NioIoHandler.newFactory());

    private final String name;
    private final InetSocketAddress address;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean healthy = true;

    private EchoServer(String name, InetSocketAddress wanted) {
        this.name = name;
        this.address = listen(wanted);
    }

    /** A server on a free port of an address, such as one of {@link LocalAddresses}. */
    public static EchoServer start(String name, String address) {
        return start(name, address, Ports.free());
    }

    /** A server on a given port. */
    public static EchoServer start(String name, String address, int port) {
        return new EchoServer(name, new InetSocketAddress(address, port));
    }

    public String name() {
        return name;
    }

    public String host() {
        return address.getAddress().getHostAddress();
    }

    public int port() {
        return address.getPort();
    }

    /** Requests so far, health checks ({@code /healthz}) left out. */
    public long requests() {
        return requests.get();
    }

    /** Connections that are open. */
    public int connections() {
        return (int) channels.stream().filter(SocketChannel.class::isInstance).count();
    }

    /** Whether {@code /healthz} answers 200, as it does at first, or 503. */
    public void setHealthy(boolean value) {
        healthy = value;
    }

    /** Stops listening and breaks all connections: the server is gone. */
    public void stop() {
        channels.close().syncUninterruptibly();
    }

    /** Listens again, at the same port. */
    public void restart() {
        listen(address);
    }

    @Override
    public void close() {
        stop();
    }

    boolean isHealthy() {
        return healthy;
    }

    void countRequest() {
        requests.incrementAndGet();
    }

    private InetSocketAddress listen(InetSocketAddress where) {
        Channel listening = new ServerBootstrap()
                .group(LOOPS)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        channels.add(connection);
                        connection
                                .pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(16 << 20),
                                        new EchoHandler(EchoServer.this));
                    }
                })
                .bind(where)
                .syncUninterruptibly()
                .channel();
        channels.add(listening);
        return (InetSocketAddress) listening.localAddress();
    }
}
