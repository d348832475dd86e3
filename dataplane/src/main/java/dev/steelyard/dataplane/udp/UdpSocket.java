package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.metrics.Refusal;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.DatagramSockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket of one listener on one event loop, and the sessions of the clients that the kernel deals out to it. */
final class UdpSocket extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UdpSocket.class);

    /** The largest datagram that there is: of what is longer than the buffer the rest is lost. */
    private static final int LARGEST_DATAGRAM = 65_535;

    private static final Duration LAST_READS = Duration.ofMillis(20);

    private final UdpListener listener;
    private final UdpLoop loop;
    private final Channel channel;
    private final Map<Flow, Session> sessions = new HashMap<>();
    private final Map<InetAddress, Integer> byClient = new HashMap<>();
    private final List<Session> unflushed = new ArrayList<>();
    private boolean left;

    /**
     * What tells sessions apart.
     *
     * @param local the address that the client sent to
     */
    record Flow(InetSocketAddress client, InetSocketAddress local) {}

    UdpSocket(UdpListener listener, UdpLoop loop) {
        this.listener = listener;
        this.loop = loop;
        this.channel = listener.newChannel();
        prepare(channel);
        if (channel instanceof EpollDatagramChannel && listener.onAllAddresses()) {
            channel.config().setOption(EpollChannelOption.IP_RECVORIGDSTADDR, true);
        }
        channel.pipeline().addLast(this);
    }

    /** Sets up a socket that may share its port with others of ours. */
    static void prepare(Channel channel) {
        DatagramSockets.share(channel);
        prepareReads(channel);
    }

    /** Sets up a socket that takes datagrams of any size. */
    static void prepareReads(Channel channel) {
        channel.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LARGEST_DATAGRAM));
    }

    /** Control thread. */
    void bind(InetSocketAddress address) throws IOException {
        ChannelFuture done = loop.loop().register(channel).awaitUninterruptibly();
        if (done.isSuccess()) {
            done = channel.bind(address).awaitUninterruptibly();
        }
        if (!done.isSuccess()) {
            throw new IOException(done.cause().getMessage(), done.cause());
        }
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    UdpListener listener() {
        return listener;
    }

    UdpLoop loop() {
        return loop;
    }

    /** Gives each session a socket of its own, which the kernel prefers to all others for what its client sends. From any thread. */
    CompletableFuture<Void> lend() {
        return CompletableFuture.runAsync(() -> List.copyOf(sessions.values()).forEach(Session::own), loop.loop());
    }

    /** Closes it, but not its sessions: they get sockets of their own. From any thread. */
    void leave() {
        loop.loop().execute(() -> {
            left = true;
            List.copyOf(sessions.values()).forEach(Session::own);
            // What had arrived here before is read first.
            var _ = loop.loop().schedule(this::closeSocket, LAST_READS.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    private void closeSocket() {
        var _ = channel.close();
    }

    /** Closes it with its sessions. From any thread. */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        loop.loop().execute(() -> {
            List.copyOf(sessions.values()).forEach(Session::end);
            var _ = channel.close().addListener(_ -> closed.complete(null));
        });
        return closed;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        Session session = session(packet.sender(), packet.recipient());
        if (session == null) {
            packet.release();
        } else {
            session.fromClient(packet.content());
        }
    }

    private @Nullable Session session(InetSocketAddress client, InetSocketAddress local) {
        Flow flow = new Flow(client, local);
        Session found = sessions.get(flow);
        if (found != null || listener.draining()) {
            return found;
        }
        RelayTarget target = listener.plan().target();
        if (!target.admits(client.getAddress())) {
            target.meters().flagged(ResponseFlag.ACCESS_DENIED);
            return null;
        }
        int ofClient = byClient.getOrDefault(client.getAddress(), 0);
        if (ofClient >= listener.mostOfClient()) {
            listener.meters().refused(Refusal.TOO_MANY_SESSIONS_OF_CLIENT);
            return null;
        }
        if (!listener.begun()) {
            listener.meters().refused(Refusal.TOO_MANY_SESSIONS);
            return null;
        }
        Session session = new Session(this, flow, target);
        sessions.put(flow, session);
        byClient.put(client.getAddress(), ofClient + 1);
        session.begin();
        return session;
    }

    /** A session has datagrams to send to its endpoint. */
    void flushSoon(Session session) {
        unflushed.add(session);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        flush();
    }

    /** Lets what sessions have sent to their endpoints go. */
    void flush() {
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    void ended(Session session) {
        sessions.remove(session.flow());
        byClient.computeIfPresent(session.flow().client().getAddress(), (_, count) -> count == 1 ? null : count - 1);
        listener.ended();
    }

    /** The socket that replies of clients with no socket of their own go out by. */
    Channel channel() {
        return channel;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!left) {
            List.copyOf(sessions.values()).forEach(Session::end);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{}: {}", channel, cause.toString());
    }
}
