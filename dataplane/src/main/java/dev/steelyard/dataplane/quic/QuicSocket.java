package dev.steelyard.dataplane.quic;

import dev.steelyard.dataplane.transport.DatagramSockets;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one listener on one event loop, and the connections of the clients there.
 *
 * <p>QUIC runs in the pipeline of a channel of its own that is bound to nothing, so that its connections outlive the sockets that they began on.
 */
final class QuicSocket implements AddressTokens.Doors {

    private static final Logger LOG = LoggerFactory.getLogger(QuicSocket.class);

    private static final int DATAGRAM_BYTES = 2_048;
    private static final int DATAGRAMS_AT_ONCE = 16;

    /** With more handshakes than this under way, clients have to show first that they are where they say. */
    private static final int HANDSHAKES_UNASKED = 64;

    private static final Duration LAST_READS = Duration.ofMillis(20);

    private final QuicListener listener;
    private final EventLoops loops;
    private final int index;
    private final EventLoop loop;
    private final Channel listening;
    private final Channel carrier;
    private final Routes routes = new Routes();
    private final Map<InetAddress, Channel> byLocal = new HashMap<>();
    private int handshakes;
    private boolean left;

    QuicSocket(QuicListener listener, EventLoops loops, int index) {
        this.listener = listener;
        this.loops = loops;
        this.index = index;
        this.loop = loops.get(index);
        this.listening = newSocket();
        this.carrier = loops.newDatagram();
    }

    private Channel newSocket() {
        Channel socket = loops.newDatagram();
        DatagramSockets.share(socket);
        socket.config()
                .setOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(DATAGRAM_BYTES * DATAGRAMS_AT_ONCE));
        if (socket instanceof EpollDatagramChannel) {
            socket.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES);
            if (listener.onAllAddresses()) {
                socket.config().setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
            }
        }
        socket.pipeline().addLast(new Receiver());
        return socket;
    }

    /** Binds it. Control thread. */
    void bind(InetSocketAddress address) throws IOException {
        ChannelFuture done = loop.register(carrier).awaitUninterruptibly();
        if (done.isSuccess()) {
            carrier.pipeline().addLast(routes).addLast(codec());
            done = loop.register(listening).awaitUninterruptibly();
        }
        if (done.isSuccess()) {
            done = listening.bind(address).awaitUninterruptibly();
        }
        if (!done.isSuccess()) {
            throw new IOException(done.cause().getMessage(), done.cause());
        }
    }

    private ChannelHandler codec() {
        return new QuicServerCodecBuilder()
                .sslEngineProvider(
                        connection -> listener.plan().quic().context().newEngine(connection.alloc()))
                .tokenHandler(new AddressTokens(listener.tokenKey(), this))
                .connectionIdAddressGenerator(new ConnectionIds(index))
                .localConnectionIdLength(ConnectionIds.LENGTH)
                .activeMigration(true)
                .activeConnectionIdLimit(Transport.PATHS)
                .maxIdleTimeout(Transport.IDLE.toMillis(), TimeUnit.MILLISECONDS)
                .maxRecvUdpPayloadSize(DATAGRAM_BYTES)
                .maxSendUdpPayloadSize(Transport.SENT_BYTES)
                .initialMaxData(Transport.CONNECTION_WINDOW)
                .initialMaxStreamDataBidirectionalRemote(Transport.STREAM_WINDOW)
                .initialMaxStreamDataUnidirectional(Transport.ONE_WAY_WINDOW)
                .initialMaxStreamsBidirectional(Transport.STREAMS)
                .initialMaxStreamsUnidirectional(Transport.ONE_WAY_STREAMS)
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel connection) {
                        connection.pipeline().addLast(new Connection(QuicSocket.this, listener, connection));
                    }
                })
                .build();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    EventLoop loop() {
        return loop;
    }

    Routes routes() {
        return routes;
    }

    /** A handshake begins; followed by one {@link #handshakeEnded}. */
    void handshakeBegun() {
        handshakes++;
    }

    void handshakeEnded() {
        handshakes--;
    }

    @Override
    public boolean asks() {
        return handshakes >= HANDSHAKES_UNASKED;
    }

    @Override
    public boolean full() {
        return left || listener.full();
    }

    /** Has a socket of its own for one address of the node from now on. From any thread. */
    void serve(InetSocketAddress local) {
        loop.execute(() -> {
            if (!left) {
                var _ = on(local);
            }
        });
    }

    /** The socket on one address of the node. */
    private Channel on(InetSocketAddress local) {
        Channel known = byLocal.get(local.getAddress());
        if (known != null) {
            return known;
        }
        Channel socket = newSocket();
        ChannelFuture registered = loop.register(socket);
        ChannelFuture bound = registered.isSuccess() ? socket.bind(local) : registered;
        if (!bound.isSuccess()) {
            // Answers leave by the address that the kernel chooses, which is mostly the same.
            LOG.debug("no socket on {}", local, bound.cause());
            var _ = socket.close();
            socket = listening;
        }
        byLocal.put(local.getAddress(), socket);
        return socket;
    }

    private void received(Channel socket, DatagramPacket packet) {
        int owner = ConnectionIds.loopOf(packet.content());
        QuicSocket other = owner == index ? null : listener.socket(owner);
        if (other != null) {
            other.loop.execute(() -> {
                other.read(other.listening, packet);
                other.carrier.pipeline().fireChannelReadComplete();
            });
            return;
        }
        read(socket, packet);
    }

    private void read(Channel socket, DatagramPacket packet) {
        Channel by = socket;
        InetAddress local = packet.recipient().getAddress();
        if (listener.onAllAddresses() && socket.equals(listening) && !local.isAnyLocalAddress()) {
            by = listener.serves(packet.recipient()) ? on(packet.recipient()) : listening;
        }
        // Who begins when this leaves is not answered at all, not even by a Retry: that would bind the client to a
        // token which
        // whoever serves the port next cannot read. It tries again, and comes there.
        boolean late = left && routes.socket(packet.sender()) == null;
        if (carrier.isRegistered() && !late) {
            routes.answering(by);
            carrier.pipeline().fireChannelRead(packet);
        } else {
            packet.release();
        }
    }

    /** Gives each connection a socket of its own, which the kernel prefers to all others for what its client sends. From any thread. */
    CompletableFuture<Void> lend() {
        return CompletableFuture.runAsync(this::connectAll, loop);
    }

    private void connectAll() {
        for (InetSocketAddress client : routes.clients()) {
            Channel shared = routes.socket(client);
            if (shared == null || shared.remoteAddress() != null) {
                continue;
            }
            InetSocketAddress local = (InetSocketAddress) shared.localAddress();
            if (local.getAddress().isAnyLocalAddress()) {
                continue;
            }
            try {
                routes.change(client, connected(client, local));
            } catch (ChannelException e) {
                LOG.debug("no socket of its own for {}", client, e);
            }
        }
    }

    /** @throws ChannelException if there can be none, for want of file descriptors */
    private Channel connected(InetSocketAddress client, InetSocketAddress local) {
        Channel made = newSocket();
        ChannelFuture registered = loop.register(made);
        ChannelFuture connected = registered.isSuccess() ? made.connect(client, local) : registered;
        if (!connected.isSuccess()) {
            var _ = made.close();
            throw new ChannelException("cannot connect to " + client, connected.cause());
        }
        return made;
    }

    /** A connection uses a client's address no more. */
    void leave(InetSocketAddress client) {
        Channel unused = routes.remove(client);
        if (unused != null && unused.remoteAddress() != null) {
            // It may have been told of its end by what is still to be written.
            loop.execute(() -> {
                var _ = unused.close();
            });
        }
    }

    /** Closes its sockets, but not its connections: they get sockets of their own. From any thread. */
    void leave() {
        loop.execute(() -> {
            left = true;
            connectAll();
            // What had arrived here before is read first.
            var _ = loop.schedule(this::closeSockets, LAST_READS.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void closeSockets() {
        var _ = listening.close();
        byLocal.values().forEach(socket -> {
            var _ = socket.close();
        });
    }

    /** Closes it with its connections. From any thread. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.execute(() -> {
            List<InetSocketAddress> clients = routes.clients();
            var _ = carrier.close().addListener(_ -> {
                for (InetSocketAddress client : clients) {
                    Channel own = routes.socket(client);
                    if (own != null) {
                        var _ = own.close();
                    }
                }
                closeSockets();
                closed.complete(null);
            });
        });
        return closed;
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            received(ctx.channel(), (DatagramPacket) message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            carrier.pipeline().fireChannelReadComplete();
        }

        /** A client's port is closed, or it cannot be reached: QUIC finds that out by itself. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("{}: {}", ctx.channel(), cause.toString());
        }
    }
}
