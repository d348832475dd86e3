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
import io.netty.channel.socket.DatagramPacket;
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
    private long lastActive;
    private @Nullable Endpoint endpoint;
    private @Nullable Endpoint refused;
    private @Nullable Link upstream;
    private @Nullable Link downstream;
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
        this.lastActive = socket.loop().deadlines().now();
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
            downstream = socket.loop().link(new FromClient(), flow.client(), flow.local());
        } catch (ChannelException e) {
            LOG.debug("no socket of its own for {}", flow.client(), e);
        }
    }

    /** Takes a datagram, and its ownership. */
    void fromClient(ByteBuf datagram) {
        lastActive = socket.loop().deadlines().now();
        Link to = upstream();
        int bytes = datagram.readableBytes();
        if (to == null) {
            datagram.release();
        } else if (to.send(datagram)) {
            received += bytes;
            target.meters().transferred(bytes, 0);
            if (endpoint != null) {
                endpoint.counters().transferred(bytes, 0);
            }
            if (!dirty && to.isBuffered()) {
                dirty = true;
                socket.flushSoon(this);
            }
        }
    }

    /** Sends what was written to the endpoint. */
    void flush() {
        dirty = false;
        if (upstream != null) {
            upstream.flush();
        }
    }

    private @Nullable Link upstream() {
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
            upstream = socket.loop().link(new FromEndpoint(), chosen.address(), null);
        } catch (ChannelException e) {
            LOG.debug("no socket to {}", chosen, e);
            flagged(ResponseFlag.CONNECT_FAILED);
            return null;
        }
        endpoint = chosen;
        asked = chosen;
        attempts++;
        chosen.begin();
        chosen.counters().asked();
        return upstream;
    }

    private void fromEndpoint(ByteBuf datagram) {
        lastActive = socket.loop().deadlines().now();
        refused = null;
        int bytes = datagram.readableBytes();
        if (downstream == null ? bySharedSocket(datagram) : downstream.send(datagram)) {
            sent += bytes;
            target.meters().transferred(0, bytes);
            if (endpoint != null) {
                endpoint.counters().transferred(0, bytes);
            }
        }
    }

    private boolean bySharedSocket(ByteBuf datagram) {
        Channel shared = socket.channel();
        if (!shared.isWritable()) {
            datagram.release();
            return false;
        }
        var _ = shared.write(new DatagramPacket(socket.loop().kept(datagram), flow.client()), shared.voidPromise());
        return true;
    }

    /** The endpoint's host says that nothing listens there, or the network that it cannot be reached. */
    private void endpointFailed(Throwable cause) {
        LOG.debug("{} does not take datagrams: {}", endpoint, cause.toString());
        refused = endpoint;
        if (endpoint != null) {
            endpoint.counters().connectFailed();
        }
        flagged(ResponseFlag.CONNECT_FAILED);
        leaveEndpoint();
    }

    private void flagged(ResponseFlag why) {
        flag = why;
        target.meters().flagged(why);
    }

    private void leaveEndpoint() {
        if (upstream != null) {
            upstream.close();
            upstream = null;
        }
        if (endpoint != null) {
            endpoint.end();
            if (!endpoint.equals(refused)) {
                endpoint.counters().answered(0, 0, System.nanoTime() - began);
            }
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
            downstream.close();
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
        long left =
                target.timeouts().idle().toNanos() - (socket.loop().deadlines().now() - lastActive);
        if (left > 0) {
            idleDeadline.in(left);
        } else {
            end();
        }
    }

    private final class FromClient implements Link.Receiver {

        @Override
        public void received(ByteBuf datagram) {
            fromClient(datagram);
        }

        @Override
        public void receivedAll() {
            socket.flush();
        }

        /** The client's port is closed. Another program there may ask anew; what this one asked has nobody waiting. */
        @Override
        public void failed(Throwable cause) {
            LOG.debug("{}: {}", flow.client(), cause.toString());
        }
    }

    private final class FromEndpoint implements Link.Receiver {

        @Override
        public void received(ByteBuf datagram) {
            fromEndpoint(datagram);
        }

        @Override
        public void receivedAll() {
            if (downstream == null) {
                socket.channel().flush();
            } else {
                downstream.flush();
            }
        }

        @Override
        public void failed(Throwable cause) {
            endpointFailed(cause);
        }
    }
}
