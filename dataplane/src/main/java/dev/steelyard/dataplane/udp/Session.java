package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.udp.UdpSocket.Flow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one client sends and gets, until it has been silent for the idle timeout. On its event loop.
 *
 * <p>It stays with its endpoint until that leaves the pool or refuses datagrams (ICMP port unreachable): the next datagram then goes to
 * another. What a peer does not take in time is lost, as datagrams may be; nothing queues without bound.
 *
 * <p>Replies have to come from the address that the client sent to. Where the listener is on all addresses the kernel would choose one by the
 * route back; so the session then has a socket of its own there, which is connected to the client and gets all that it sends from then on.
 */
final class Session {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final UdpSocket socket;
    private final Flow flow;
    private final Deadline idleDeadline;
    private final long began = System.nanoTime();
    private RelayTarget target;
    private long lastActive = began;
    private @Nullable Endpoint endpoint;
    private @Nullable Endpoint refused;
    private @Nullable Channel upstream;
    private @Nullable Channel downstream;
    private @Nullable Endpoint asked;
    private @Nullable ResponseFlag flag;
    private int attempts;
    private long received;
    private long sent;
    private boolean dirty;
    private boolean ended;

    Session(UdpSocket socket, Flow flow, RelayTarget target) {
        this.socket = socket;
        this.flow = flow;
        this.target = target;
        this.idleDeadline = socket.loop().deadlines().deadline(this::checkIdle);
    }

    Flow flow() {
        return flow;
    }

    void begin() {
        idleDeadline.in(target.timeouts().idle().toNanos());
        if ((socket.listener().onAllAddresses() || socket.listener().lent())
                && !flow.local().getAddress().isAnyLocalAddress()) {
            connectClient();
        }
    }

    /** Has a socket of its own for its client from now on: the listener's is about to be closed. */
    void own() {
        if (downstream == null) {
            connectClient();
        }
        if (downstream == null) {
            end();
        }
    }

    private void connectClient() {
        try {
            downstream = connected(new FromClient(), flow.client(), flow.local());
        } catch (ChannelException e) {
            LOG.debug("no socket of its own for {}", flow.client(), e);
        }
    }

    /** Takes a datagram, and its ownership. */
    void fromClient(ByteBuf datagram) {
        lastActive = System.nanoTime();
        Channel to = upstream();
        if (to == null || !to.isWritable()) {
            datagram.release();
            return;
        }
        received += datagram.readableBytes();
        target.meters().transferred(datagram.readableBytes(), 0);
        var _ = to.write(datagram, to.voidPromise());
        if (!dirty) {
            dirty = true;
            socket.flushSoon(this);
        }
    }

    /** Sends what was written to the endpoint. */
    void flush() {
        dirty = false;
        if (upstream != null) {
            upstream.flush();
        }
    }

    private @Nullable Channel upstream() {
        Endpoint current = endpoint;
        // While the listener drains, its pool may be gone as a whole: there is nothing better to move to.
        if (upstream != null
                && current != null
                && (!current.gone() || socket.listener().draining())) {
            return upstream;
        }
        leaveEndpoint();
        if (current != null) {
            // The pool may be one that no plan has any more.
            target = socket.listener().plan().target();
            target.meters().retried();
        }
        long client = flow.client().getAddress().hashCode();
        Endpoint chosen = target.pool().choose(socket.loop().index(), client, one -> one.equals(refused));
        if (chosen == null) {
            flagged(refused == null ? ResponseFlag.NO_ENDPOINT : ResponseFlag.CONNECT_FAILED);
            refused = null; // once more with the next datagram
            return null;
        }
        try {
            upstream = connected(new FromEndpoint(), chosen.address(), null);
        } catch (ChannelException e) {
            LOG.debug("no socket to {}", chosen, e);
            flagged(ResponseFlag.CONNECT_FAILED);
            return null;
        }
        endpoint = chosen;
        asked = chosen;
        attempts++;
        chosen.begin();
        return upstream;
    }

    /**
     * A socket that gets datagrams from {@code peer} alone, ready for use.
     *
     * @param local where it is bound; null: wherever the kernel likes
     * @throws ChannelException if there can be none, for want of file descriptors or ports
     */
    private Channel connected(
            ChannelInboundHandlerAdapter handler, InetSocketAddress peer, @Nullable InetSocketAddress local) {
        Channel made = socket.listener().newChannel();
        if (local != null) {
            UdpSocket.prepare(made);
        } else {
            UdpSocket.prepareReads(made);
        }
        made.pipeline().addLast(handler);
        // All of this is done at once, as it is asked on the loop itself and a datagram socket has nothing to wait for.
        ChannelFuture registered = socket.loop().loop().register(made);
        ChannelFuture connected =
                !registered.isSuccess() ? registered : local == null ? made.connect(peer) : made.connect(peer, local);
        if (connected.isDone() && !connected.isSuccess()) {
            var _ = made.close();
            throw new ChannelException("cannot connect to " + peer, connected.cause());
        }
        return made;
    }

    private void fromEndpoint(ByteBuf datagram) {
        lastActive = System.nanoTime();
        Channel to = downstream == null ? socket.channel() : downstream;
        if (ended || !to.isWritable()) {
            datagram.release();
            return;
        }
        refused = null;
        sent += datagram.readableBytes();
        target.meters().transferred(0, datagram.readableBytes());
        Object message = downstream == null ? new DatagramPacket(datagram, flow.client()) : datagram;
        var _ = to.write(message, to.voidPromise());
    }

    /** The endpoint's host says that nothing listens there, or the network that it cannot be reached. */
    private void endpointFailed(Throwable cause) {
        LOG.debug("{} does not take datagrams: {}", endpoint, cause.toString());
        refused = endpoint;
        flagged(ResponseFlag.CONNECT_FAILED);
        leaveEndpoint();
    }

    private void flagged(ResponseFlag why) {
        flag = why;
        target.meters().flagged(why);
    }

    private void leaveEndpoint() {
        if (upstream != null) {
            var _ = upstream.close();
            upstream = null;
        }
        if (endpoint != null) {
            endpoint.end();
            endpoint = null;
        }
    }

    void end() {
        if (ended) {
            return;
        }
        ended = true;
        idleDeadline.cancel();
        leaveEndpoint();
        if (downstream != null) {
            var _ = downstream.close();
        }
        long nanos = System.nanoTime() - began;
        target.meters().finished(0, nanos, 0, 0);
        ConnectionLog log = socket.loop().log();
        if (target.log().takes(0, log.random())) {
            log.write(target, flow.client(), new ConnectionLog.Ended(nanos, -1, attempts, received, sent, asked, flag));
        }
        socket.ended(this);
    }

    private void checkIdle() {
        long left = target.timeouts().idle().toNanos() - (System.nanoTime() - lastActive);
        if (left > 0) {
            idleDeadline.in(left);
        } else {
            end();
        }
    }

    private final class FromClient extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            fromClient(((DatagramPacket) message).content());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            socket.channelReadComplete(ctx);
        }

        /** The client's port is closed. Another program there may ask anew; what this one asked has nobody waiting. */
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("{}: {}", flow.client(), cause.toString());
        }
    }

    private final class FromEndpoint extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            fromEndpoint(((DatagramPacket) message).content());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            Channel to = downstream == null ? socket.channel() : downstream;
            to.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (ctx.channel().equals(upstream)) {
                endpointFailed(cause);
            }
        }
    }
}
