package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.snapshot.ListenerLimits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long a client connection may go on, by its listener's limits and drain. */
public final class Lifetime {

    private final ListenerState listener;
    private final Deadlines deadlines;
    private final long opened;
    private int requests;

    /** A connection has been opened. */
    public Lifetime(ListenerState listener, Deadlines deadlines) {
        this.listener = listener;
        this.deadlines = deadlines;
        this.opened = deadlines.now();
    }

    /** Another request has come. */
    public void request() {
        requests++;
    }

    /**
     * Whether another request may follow this one (RFC 9112 section 9.3).
     *
     * @param clientGoesOn whether the client means to send one
     */
    public boolean goesOn(boolean clientGoesOn) {
        return clientGoesOn && !spent() && !listener.draining();
    }

    /** Whether the connection is to take no further request by its listener's limits. */
    public boolean spent() {
        ListenerLimits limits = listener.plan().limits();
        boolean counted = limits.maxRequests() > 0 && requests >= limits.maxRequests();
        return counted || deadlines.now() >= oldAt();
    }

    /** Until when the next request may begin. */
    public long idleUntil() {
        ListenerLimits limits = listener.plan().limits();
        return Math.min(after(deadlines.now(), limits.keepAliveTimeout()), after(opened, limits.maxConnectionAge()));
    }

    /** For how many whole seconds the connection will wait for the next request; 0 if there is no bound, or less than one. */
    public long idleSeconds() {
        ListenerLimits limits = listener.plan().limits();
        Duration idle = limits.keepAliveTimeout();
        long bound = idle.isZero() ? Long.MAX_VALUE : idle.toSeconds();
        if (!limits.maxConnectionAge().isZero()) {
            bound = Math.min(bound, TimeUnit.NANOSECONDS.toSeconds(Math.max(0, oldAt() - deadlines.now())));
        }
        return bound == Long.MAX_VALUE ? 0 : bound;
    }

    /** Until when a head that begins now has to be complete. */
    public long headUntil() {
        return after(deadlines.now(), listener.plan().limits().headerTimeout());
    }

    /** When it reaches the age at which it takes no further request. */
    public long oldAt() {
        return after(opened, listener.plan().limits().maxConnectionAge());
    }

    private static long after(long start, Duration duration) {
        return duration.isZero() ? Long.MAX_VALUE : start + duration.toNanos();
    }
}
