package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.AcceptedSocket;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import dev.steelyard.dataplane.transport.Keepalive;
import dev.steelyard.dataplane.transport.LentReads;
import dev.steelyard.dataplane.transport.Turns;
import dev.steelyard.snapshot.Pool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection and its connection to an endpoint, both in clear text and under epoll: does what a {@link Relay} does, without Netty's
 * channels, at about half the cost for each connection. On the client's event loop.
 *
 * <p>A side is read only while nothing waits for the other.
 */
final class SocketRelay implements Turns.Task {

    private static final Logger LOG = LoggerFactory.getLogger(SocketRelay.class);

    /** What ends sooner is not watched over by the kernel's probes. */
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final AcceptedSocket accepted;
    private final RelayTarget target;
    private final Pool pool;
    private final SocketLoop loop;
    private final Forwarding forwarding;
    private final Deadline deadline;
    private @Nullable SocketSide client;
    private @Nullable SocketSide endpoint;
    private @Nullable Endpoint chosen;
    private long lastActive;
    private boolean joined;
    private boolean watched;
    private boolean atEndOfTurn;
    private boolean lookedOnceMore;
    private boolean ended;

    /** @param pool as the pool is for as long as this lasts */
    SocketRelay(AcceptedSocket accepted, RelayTarget target, Pool pool, SocketLoop loop) {
        this.accepted = accepted;
        this.target = target;
        this.pool = pool;
        this.loop = loop;
        this.forwarding = new Forwarding(target, loop.log(), accepted.client(), loop.index());
        this.deadline = loop.deadlines().deadline(this::deadlinePassed);
        this.lastActive = loop.deadlines().now();
    }

    void begin() {
        accepted.onClose(() -> closed(false));
        try {
            client = new SocketSide(this, loop, accepted.socket(), true, false);
        } catch (IOException e) {
            LOG.warn("a connection was dropped", e);
            end();
            return;
        }
        if (forwarding.admitted()) {
            connect();
        } else {
            forwarding.flagged(ResponseFlag.ACCESS_DENIED);
            fail();
        }
    }

    /** Chooses an endpoint and connects to it. */
    private void connect() {
        while (!ended && endpoint == null) {
            Endpoint next = forwarding.choose();
            if (next == null) {
                forwarding.failed();
                fail();
                return;
            }
            chosen = next;
            try {
                open(next);
            } catch (IOException | ChannelException e) {
                if (!another(e)) {
                    return;
                }
            }
        }
    }

    /** @throws ChannelException if there is no socket to be had, for want of file descriptors */
    private void open(Endpoint to) throws IOException {
        Socket socket = new TcpSocket(to.address().getAddress());
        SocketSide opened;
        boolean connected;
        try {
            connected = socket.connect(to.address());
            opened = new SocketSide(this, loop, socket, connected, true);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        endpoint = opened;
        if (pool.sendProxyProtocol().isPresent()) {
            ByteBuf header = ByteBufAllocator.DEFAULT.directBuffer(128);
            Proxied ends = new Proxied(accepted.client(), accepted.local());
            ProxyHeaderSender.write(ends, pool.sendProxyProtocol().get(), header);
            opened.begin(header);
        }
        if (connected) {
            connected();
        } else {
            deadline.in(pool.connections().connectTimeout().toNanos());
        }
    }

    /** The endpoint's connection is not to be had. */
    void connectFailed(SocketSide side) {
        IOException cause = new IOException("not connected");
        try {
            side.socket().finishConnect();
        } catch (IOException e) {
            cause = e;
        }
        if (another(cause)) {
            connect();
        }
    }

    /** @return whether another endpoint is to be tried; if not, this has ended */
    private boolean another(Exception cause) {
        deadline.cancel();
        if (endpoint != null) {
            endpoint.release();
            endpoint = null;
        }
        if (chosen != null && forwarding.left(chosen, ResponseFlag.CONNECT_FAILED, cause)) {
            return true;
        }
        forwarding.failed();
        fail();
        return false;
    }

    /** The endpoint's connection is there. */
    void connected() {
        joined = true;
        forwarding.connected();
        lastActive = loop.deadlines().now();
        deadline.in(Math.min(longestSilence(), SHORT_NANOS));
        if (client != null && endpoint != null) {
            flush(endpoint);
            move(client, endpoint);
            move(endpoint, client);
        }
    }

    private long longestSilence() {
        return target.timeouts().idle().isZero()
                ? Long.MAX_VALUE
                : target.timeouts().idle().toNanos();
    }

    /**
     * epoll has news of a side.
     *
     * @param room whether its peer may take bytes again
     * @param failed whether its connection has, most often by a reset
     */
    void ready(SocketSide side, boolean room, boolean failed) {
        if (ended || client == null) {
            return;
        }
        if (endpoint == null || !joined) {
            if (failed) {
                closed(true);
            }
            return;
        }
        SocketSide other = side == client ? endpoint : client;
        if (room && side.isBehind() && flush(side)) {
            move(other, side);
        }
        move(side, other);
        if (failed && (side.inputEnded() || other.isBehind())) {
            closed(true);
        }
    }

    /** @return whether nothing waits any more */
    private boolean flush(SocketSide side) {
        try {
            if (side.flush()) {
                // A slow reader is not idle.
                lastActive = loop.deadlines().now();
            }
        } catch (IOException e) {
            closed(true);
        }
        if (!ended && !side.isBehind()) {
            settleIfAllSent(side);
            return true;
        }
        return false;
    }

    /** Gives one side what can be read from the other. */
    private void move(SocketSide from, SocketSide to) {
        if (ended || !from.readable() || !to.takes()) {
            return;
        }
        try {
            int moved = 0;
            while (from.readable() && to.takes() && moved < LentReads.FAIR_SHARE) {
                int read = from.read();
                if (read > 0) {
                    moved += read;
                    from.readTaken(read, to.write(read));
                }
            }
            if (moved > 0) {
                lastActive = loop.deadlines().now();
                if (from == client) {
                    forwarding.received(moved);
                } else {
                    forwarding.sent(moved);
                }
            }
        } catch (IOException e) {
            closed(true);
            return;
        }
        if (from.inputEnded()) {
            settleIfAllSent(to);
        } else if (from.readable() && to.takes()) {
            settleSoon();
        }
    }

    private void settleIfAllSent(SocketSide side) {
        if (allSent(side) && !side.outputEnded()) {
            settleSoon();
        }
    }

    /** Whether that side's peer has been sent all that the other's had. */
    private boolean allSent(SocketSide side) {
        SocketSide other = side == client ? endpoint : client;
        return other != null && other.inputEnded() && !side.isBehind();
    }

    private void settleSoon() {
        if (!atEndOfTurn) {
            atEndOfTurn = true;
            loop.turns().atEnd(this);
        }
    }

    /**
     * Goes on with what was left for the sake of others. Closes both sides if both have ended. If only one has, its end is passed on after the loop
     * has looked for events once more: by then the other's own end has often come, too, and closing tells both.
     */
    @Override
    public void endOfTurn() {
        atEndOfTurn = false;
        if (ended || client == null || endpoint == null) {
            return;
        }
        move(client, endpoint);
        move(endpoint, client);
        if (ended) {
            return;
        }
        boolean toClient = allSent(client);
        boolean toEndpoint = allSent(endpoint);
        if (toClient && toEndpoint) {
            end();
        } else if (toClient || toEndpoint) {
            passOn(toClient ? client : endpoint);
        }
    }

    private void passOn(SocketSide side) {
        if (side.outputEnded()) {
            return;
        }
        if (!lookedOnceMore) {
            lookedOnceMore = true;
            settleSoon();
            return;
        }
        try {
            side.endOutput();
        } catch (IOException e) {
            closed(true);
        }
    }

    /** A side has closed, or is to be: the other is, too, in the same way. */
    void closed(boolean reset) {
        if (!ended) {
            if (reset) {
                resetOnClose(client);
                resetOnClose(endpoint);
            }
            end();
        }
    }

    /** No relay comes about: the client learns it by a reset, which no protocol takes for an answer. */
    private void fail() {
        resetOnClose(client);
        end();
    }

    private static void resetOnClose(@Nullable SocketSide side) {
        if (side != null) {
            side.resetOnClose();
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        ended = true;
        deadline.cancel();
        forwarding.ended();
        if (endpoint != null) {
            endpoint.release();
        }
        if (client == null) {
            accepted.discard();
        } else {
            client.release();
        }
        accepted.closed();
    }

    private void deadlinePassed() {
        if (ended) {
            return;
        }
        if (!joined) {
            if (another(new IOException("connect timed out"))) {
                connect();
            }
            return;
        }
        watch();
        long left = longestSilence() - (loop.deadlines().now() - lastActive);
        if (longestSilence() == Long.MAX_VALUE) {
            return;
        }
        if (left > 0) {
            deadline.in(left);
            return;
        }
        if (client == null || !client.inputEnded()) {
            forwarding.flagged(ResponseFlag.IDLE_TIMEOUT);
        }
        end();
    }

    /** A connection that lasts is worth the system calls by which the kernel comes to watch over it. */
    private void watch() {
        if (watched || endpoint == null) {
            return;
        }
        watched = true;
        try {
            Keepalive.probe(endpoint.socket());
            Keepalive.userTimeout(endpoint.socket(), target.timeouts().idle());
        } catch (IOException e) {
            LOG.debug("the kernel does not watch over a connection", e);
        }
    }
}
