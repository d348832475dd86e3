package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.listener.BindAddress;
import dev.steelyard.dataplane.listener.BindFailure;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.transport.DatagramSockets;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One UDP listener: its sockets, one on each event loop, and the number of its sessions. Opened, changed and closed by the control thread;
 * sessions come and go on event loops.
 */
final class UdpListener implements DatagramListener {

    /** Sessions of one listener where its limits do not say. Each is one open file, or two on all addresses. */
    static final int DEFAULT_SESSIONS = 10_000;

    /** One client address has at most this part of them. */
    private static final int CLIENT_SHARE = 4;

    private final ListenerKey key;
    private final EventLoops loops;
    private final List<UdpLoop> states;
    private final ListenerMeters meters;
    private final List<UdpSocket> sockets = new ArrayList<>();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile ListenerPlan.Udp plan;
    private volatile boolean draining;
    private volatile boolean lent;

    UdpListener(ListenerKey key, ListenerPlan.Udp plan, EventLoops loops, List<UdpLoop> states, ListenerMeters meters) {
        this.key = key;
        this.plan = plan;
        this.loops = loops;
        this.states = states;
        this.meters = meters;
    }

    ListenerPlan.Udp plan() {
        return plan;
    }

    @Override
    public boolean takes(ListenerPlan next) {
        return next instanceof ListenerPlan.Udp;
    }

    @Override
    public void plan(ListenerPlan next) {
        plan = (ListenerPlan.Udp) next;
    }

    ListenerMeters meters() {
        return meters;
    }

    boolean onAllAddresses() {
        return key.address().isEmpty();
    }

    boolean draining() {
        return draining;
    }

    /** Whether another process may bind the same address: sessions then have sockets of their own. */
    boolean lent() {
        return lent;
    }

    @Override
    public int port() {
        return sockets.getFirst().port();
    }

    @Override
    public String bind(boolean exclusive) {
        InetSocketAddress address = BindAddress.of(key);
        try {
            if (exclusive) {
                DatagramSockets.probe(address);
            }
            int sharing = loops.transport() == EventLoops.Transport.NIO ? 1 : loops.size();
            for (int i = 0; i < sharing; i++) {
                UdpSocket socket = new UdpSocket(this, states.get(i));
                sockets.add(socket);
                socket.bind(new InetSocketAddress(address.getAddress(), i == 0 ? key.port() : port()));
            }
            return "";
        } catch (IOException e) {
            for (UdpSocket socket : sockets) {
                var _ = socket.close();
            }
            sockets.clear();
            return BindFailure.reason(key, e);
        }
    }

    /** How many sessions one loop may have of this listener, and of one client address. */
    int mostOfClient() {
        return Math.max(1, most() / CLIENT_SHARE / sockets.size());
    }

    private int most() {
        int wanted = plan.limits().maxConnections();
        return wanted == 0 ? DEFAULT_SESSIONS : wanted;
    }

    /** Counts a session in, if there may be one more; each is followed by one {@link #ended}. On an event loop. */
    boolean begun() {
        if (loops.openFiles().exhausted()) {
            return false;
        }
        if (sessions.incrementAndGet() > most()) {
            sessions.decrementAndGet();
            return false;
        }
        loops.openFiles().begun();
        meters.opened();
        return true;
    }

    void ended() {
        meters.closed();
        loops.openFiles().ended();
        if (sessions.decrementAndGet() == 0) {
            closeIfDrained();
        }
    }

    private void closeIfDrained() {
        if (draining && sessions.get() == 0) {
            close();
        }
    }

    /** Those who are there get sockets of their own. */
    @Override
    public CompletableFuture<Void> drain() {
        draining = true;
        sockets.forEach(UdpSocket::leave);
        closeIfDrained();
        return closed;
    }

    @Override
    public CompletableFuture<Void> lend() {
        lent = true;
        return CompletableFuture.allOf(sockets.stream().map(UdpSocket::lend).toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return; // by the last of the sessions that the first close ends
        }
        List<CompletableFuture<Void>> all = new ArrayList<>();
        sockets.forEach(socket -> all.add(socket.close()));
        var _ = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenRun(() -> closed.complete(null));
    }

    /** The channel for another socket of its kind. */
    Channel newChannel() {
        return loops.newDatagram();
    }
}
