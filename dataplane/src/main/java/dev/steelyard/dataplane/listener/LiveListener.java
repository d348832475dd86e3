package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.metrics.Refusal;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a socket that are spoken with by one engine, and their plan. Where a socket changes from one kind of plan to another
 * it gets a new one of these, and the connections of the old one drain.
 *
 * <p>Plans are set by the control thread and read by event loops; the connections come and go on event loops.
 */
public final class LiveListener implements ListenerState {

    private final Engine engine;
    private final EventLoops loops;
    private final ListenerMeters meters;
    private final Set<Channel> channels = ConcurrentHashMap.newKeySet();
    private final Set<AcceptedSocket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger open = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile ListenerPlan plan;
    private volatile boolean draining;
    private volatile boolean closing;
    private volatile boolean accepting = true;

    public LiveListener(ListenerPlan plan, Engine engine, EventLoops loops, ListenerMeters meters) {
        this.engine = engine;
        this.loops = loops;
        this.meters = meters;
        this.plan = plan;
        retain(plan);
    }

    @Override
    public ListenerPlan plan() {
        return plan;
    }

    @Override
    public boolean draining() {
        return draining;
    }

    @Override
    public void refused(Refusal why) {
        meters.refused(why);
    }

    /** Its socket could not accept a connection, or must not for now. */
    void acceptFailed() {
        meters.acceptFailed();
    }

    Engine engine() {
        return engine;
    }

    /** Puts another plan of the same kind in force. Control thread. */
    @SuppressWarnings("ReferenceEquality") // what did not change is the same object
    public void plan(ListenerPlan next) {
        ListenerPlan before = plan;
        if (before != next) {
            retain(next);
            plan = next;
            loops.afterTurn(() -> release(before));
        }
    }

    /** Connections open now, those still being set up included. */
    public int open() {
        return open.get();
    }

    /** Counts a connection just accepted; each is followed by one {@link #ended}. */
    public void accepted() {
        open.incrementAndGet();
        loops.openFiles().begun();
        meters.opened();
    }

    /** Takes the connection up. On the channel's loop, while it is being registered. */
    public void begin(Channel channel) {
        // Before the engine asks whether this is draining: so either the engine learns it, or DrainEvent reaches the
        // channel.
        channels.add(channel);
        engine.initialise(channel, this);
        if (closing) {
            var _ = channel.close();
        }
    }

    /**
     * Takes a connection up without a channel, which the engine can do. On its loop.
     *
     * @return false if it can not this time
     */
    boolean begin(AcceptedSocket socket) {
        sockets.add(socket);
        if (!((SocketEngine) engine).take(socket, this)) {
            sockets.remove(socket);
            return false;
        }
        if (closing) {
            socket.close();
        }
        return true;
    }

    /** Forgets a connection. */
    public void ended(Channel channel) {
        channels.remove(channel);
        ended();
    }

    /** Forgets a connection that no channel has driven. */
    void ended(AcceptedSocket socket) {
        sockets.remove(socket);
        ended();
    }

    private void ended() {
        meters.closed();
        loops.openFiles().ended();
        open.decrementAndGet();
        completeIfDrained();
    }

    /**
     * Begins to drain. Control thread.
     *
     * @return completes once there are no connections any more and none can come, see {@link #acceptsNoMore}
     */
    public CompletableFuture<Void> drain() {
        if (!draining) {
            draining = true;
            for (Channel channel : channels) {
                channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(DrainEvent.INSTANCE));
            }
        }
        return drained;
    }

    /** The socket hands no further connection to this. */
    public void acceptsNoMore() {
        accepting = false;
        completeIfDrained();
    }

    /** Closes what is open, and what still comes. */
    void closeConnections() {
        closing = true;
        for (Channel channel : channels) {
            var _ = channel.close();
        }
        sockets.forEach(AcceptedSocket::close);
    }

    private void completeIfDrained() {
        if (draining && !accepting && open.get() == 0 && drained.complete(null)) {
            ListenerPlan last = plan;
            loops.afterTurn(() -> release(last));
        }
    }

    private static void retain(ListenerPlan plan) {
        TlsPlan tls = tls(plan);
        if (tls != null) {
            tls.retain();
        }
    }

    private static void release(ListenerPlan plan) {
        TlsPlan tls = tls(plan);
        if (tls != null) {
            tls.release();
        }
    }

    private static @Nullable TlsPlan tls(ListenerPlan plan) {
        return plan instanceof ListenerPlan.Http http ? http.tls() : null;
    }
}
