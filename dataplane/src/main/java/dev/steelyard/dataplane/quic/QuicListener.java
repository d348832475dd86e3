package dev.steelyard.dataplane.quic;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.listener.BindAddress;
import dev.steelyard.dataplane.listener.BindFailure;
import dev.steelyard.dataplane.listener.Engine;
import dev.steelyard.dataplane.listener.LiveListener;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.transport.DatagramSockets;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.udp.DatagramListener;
import io.netty.handler.codec.quic.Quic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One HTTP/3 listener: its sockets, one on each event loop, and its connections. */
public final class QuicListener implements DatagramListener {

    /** Addresses of the node that get sockets of their own. */
    private static final int MOST_ADDRESSES = 64;

    private final ListenerKey key;
    private final EventLoops loops;
    private final ListenerMeters meters;
    private final LiveListener live;
    private final List<QuicSocket> sockets = new CopyOnWriteArrayList<>();
    private final Set<InetAddress> addresses = ConcurrentHashMap.newKeySet();
    private final byte[] tokenKey = AddressTokens.newKey();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private volatile ListenerPlan.Quic plan;

    /**
     * @param http speaks with clients whose handshake is done
     */
    public QuicListener(ListenerKey key, ListenerPlan.Quic plan, EventLoops loops, Engine http, ListenerMeters meters) {
        this.key = key;
        this.plan = plan;
        this.loops = loops;
        this.meters = meters;
        this.live = new LiveListener(plan.http(), http, loops, meters);
    }

    ListenerPlan.Quic plan() {
        return plan;
    }

    LiveListener live() {
        return live;
    }

    ListenerMeters meters() {
        return meters;
    }

    byte[] tokenKey() {
        return tokenKey;
    }

    boolean onAllAddresses() {
        return key.address().isEmpty();
    }

    /** Whether it has as many connections as it may have. */
    boolean full() {
        int most = plan.limits().maxConnections();
        return (most > 0 && live.open() >= most) || loops.openFiles().exhausted();
    }

    /** The sockets of a loop; null if there is no such loop. */
    @Nullable
    QuicSocket socket(int loop) {
        return loop >= 0 && loop < sockets.size() ? sockets.get(loop) : null;
    }

    /**
     * Whether an address of the node that a client came to has sockets of its own. If one loop has, all get one, or all clients of that address
     * would come to one. On an event loop.
     */
    boolean serves(InetSocketAddress local) {
        if (addresses.contains(local.getAddress())) {
            return true;
        }
        if (addresses.size() >= MOST_ADDRESSES) {
            return false;
        }
        addresses.add(local.getAddress());
        sockets.forEach(socket -> socket.serve(local));
        return true;
    }

    @Override
    public boolean takes(ListenerPlan next) {
        return next instanceof ListenerPlan.Quic;
    }

    @Override
    public void plan(ListenerPlan next) {
        ListenerPlan.Quic quic = (ListenerPlan.Quic) next;
        plan = quic;
        live.plan(quic.http());
    }

    @Override
    public int port() {
        return sockets.getFirst().port();
    }

    @Override
    public String bind(boolean exclusive) {
        if (!Quic.isAvailable()) {
            return "cannot serve HTTP/3 on " + key
                    + ": QUIC is not available on this node, which is to be Linux on x86-64 or" + " ARM64";
        }
        InetSocketAddress address = BindAddress.of(key);
        try {
            if (exclusive) {
                DatagramSockets.probe(address);
            }
            int sharing = loops.transport() == EventLoops.Transport.NIO ? 1 : loops.size();
            for (int i = 0; i < sharing; i++) {
                QuicSocket socket = new QuicSocket(this, loops, i);
                sockets.add(socket);
                socket.bind(new InetSocketAddress(address.getAddress(), i == 0 ? key.port() : port()));
            }
            return "";
        } catch (IOException e) {
            for (QuicSocket socket : sockets) {
                var _ = socket.close();
            }
            sockets.clear();
            return BindFailure.reason(key, e);
        }
    }

    /** Connections get sockets of their own, and are asked to end. */
    @Override
    public CompletableFuture<Void> drain() {
        sockets.forEach(QuicSocket::leave);
        var _ = live.drain().thenRun(this::close);
        live.acceptsNoMore();
        return closed;
    }

    @Override
    public CompletableFuture<Void> lend() {
        return CompletableFuture.allOf(sockets.stream().map(QuicSocket::lend).toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> closed() {
        return closed;
    }

    @Override
    public void close() {
        var _ = CompletableFuture.allOf(sockets.stream().map(QuicSocket::close).toArray(CompletableFuture[]::new))
                .thenRun(() -> {
                    var _ = live.drain();
                    live.acceptsNoMore();
                    closed.complete(null);
                });
    }
}
