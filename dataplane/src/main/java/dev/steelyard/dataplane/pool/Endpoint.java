package dev.steelyard.dataplane.pool;

import dev.steelyard.snapshot.ObjectKey;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One endpoint of a pool as it lives on this node: what it is doing. Survives configuration changes, and ends when it has left its
 * pool and drained. Safe for all threads.
 */
public final class Endpoint {

    private static final AtomicIntegerFieldUpdater<Endpoint> IN_FLIGHT =
            AtomicIntegerFieldUpdater.newUpdater(Endpoint.class, "inFlight");

    private static final long WARNING_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Id id;
    private final InetSocketAddress address;
    private final EndpointCounters counters = new EndpointCounters();
    private final List<Runnable> onGone = new ArrayList<>();
    private volatile int inFlight;
    private volatile boolean gone;
    private volatile String host = "";
    private volatile long warnedOfTls = Long.MIN_VALUE;

    public Endpoint(Id id, InetSocketAddress address) {
        this.id = id;
        this.address = address;
    }

    /**
     * What makes two endpoints the same through all configuration changes. Weight is no part of it: weights change; the target's UID is:
     * pod addresses are reused.
     *
     * @param pool the pool
     * @param address {@code IP:port}, IPv6 in brackets
     * @param targetUid UID of the pod behind it, or empty
     */
    public record Id(ObjectKey pool, String address, String targetUid) {}

    public Id id() {
        return id;
    }

    /** The resolved address to connect to. */
    public InetSocketAddress address() {
        return address;
    }

    /** The DNS name by which its pool knows it; without one, its IP address. */
    public String host() {
        String name = host;
        return name.isEmpty() ? address.getAddress().getHostAddress() : name;
    }

    /** Names it; an empty name: it is known by its address alone. Control thread. */
    void host(String name) {
        host = name;
    }

    /** Whether it is time again to warn that TLS with it fails: at most once a minute. */
    public boolean warnOfTls(long nowNanos) {
        long before = warnedOfTls;
        if (before != Long.MIN_VALUE && nowNanos - before < WARNING_NANOS) {
            return false;
        }
        warnedOfTls = nowNanos;
        return true;
    }

    /** Notes that a request (HTTP) or connection (TCP) begins; each is followed by one {@link #end}. */
    public void begin() {
        IN_FLIGHT.incrementAndGet(this);
    }

    /** Notes that what {@link #begin} noted has ended, in whatever way. */
    public void end() {
        IN_FLIGHT.decrementAndGet(this);
    }

    /** Counts what it does. */
    public EndpointCounters counters() {
        return counters;
    }

    /** Requests (HTTP) or connections (TCP) in flight from this node. */
    public int inFlight() {
        return inFlight;
    }

    /**
     * Whether it has left its pool: what is in flight is finished, and a connection that falls idle is closed, not kept. An endpoint that
     * comes back before it has drained is gone no longer.
     */
    public boolean gone() {
        return gone;
    }

    /**
     * Has {@code task} run once, when the endpoint next leaves its pool, on the control thread; if it has left, at once on the calling one.
     * This is for closing idle connections to it, each on its own event loop.
     */
    public void onGone(Runnable task) {
        synchronized (onGone) {
            if (!gone) {
                onGone.add(task);
                return;
            }
        }
        task.run();
    }

    /** It has left its pool. Control thread. */
    void leave() {
        List<Runnable> tasks;
        synchronized (onGone) {
            gone = true;
            tasks = List.copyOf(onGone);
            onGone.clear();
        }
        tasks.forEach(Runnable::run);
    }

    /** It is back. Control thread. */
    void comeBack() {
        synchronized (onGone) {
            gone = false;
        }
    }

    @Override
    public String toString() {
        return id.pool() + " " + id.address();
    }
}
