package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.tcp.ConnectionLog;
import dev.steelyard.dataplane.transport.EventLoops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listeners for datagrams of this process. Control thread only.
 *
 * <p>A listener whose plan changes keeps its sockets and sessions; one that cannot be bound is tried again every few seconds; one that is
 * gone leaves its port at once, and ends with its last session or at a deadline.
 */
public final class UdpListeners {

    private static final Logger LOG = LoggerFactory.getLogger(UdpListeners.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final EventLoops loops;
    private final Meters meters;
    private final ScheduledExecutorService control;
    private final Duration drainTimeout;
    private final Runnable onChange;
    private final Others others;
    private final List<UdpLoop> states = new ArrayList<>();

    private final Map<ListenerKey, DatagramListener> open = new HashMap<>();
    private final Map<DatagramListener, ListenerKey> draining = new HashMap<>();
    private final SortedMap<ListenerKey, Failure> failures = new TreeMap<>(ListenerKey.ORDER);
    private @Nullable ScheduledFuture<?> retry;
    private boolean besideAnother;

    /**
     * @param logs by the loop's number
     * @param control the control thread
     * @param drainTimeout how long sessions of a removed listener may go on
     * @param onChange run on the control thread when {@link #failures}, or what is draining, has changed by itself
     * @param others makes the listeners for plans that are no {@link ListenerPlan.Udp}
     */
    public UdpListeners(
            EventLoops loops,
            List<ConnectionLog> logs,
            Meters meters,
            ScheduledExecutorService control,
            Duration drainTimeout,
            Runnable onChange,
            Others others) {
        this.loops = loops;
        this.meters = meters;
        this.control = control;
        this.drainTimeout = drainTimeout;
        this.onChange = onChange;
        this.others = others;
        for (int i = 0; i < loops.size(); i++) {
            states.add(new UdpLoop(i, loops, logs.get(i)));
        }
    }

    /** Makes listeners for other datagrams than those that are relayed. */
    @FunctionalInterface
    public interface Others {

        /** One that is not bound yet. */
        DatagramListener listener(ListenerKey key, ListenerPlan plan, ListenerMeters meters);
    }

    private record Failure(ListenerPlan plan, String reason) {}

    /** Puts plans in force: binds what is new, then swaps the plans of what stays, then lets what is gone drain. */
    public void apply(Map<ListenerKey, ? extends ListenerPlan> plans) {
        failures.clear();
        plans.forEach((key, plan) -> {
            DatagramListener listener = open.get(key);
            if (listener != null && !listener.takes(plan)) {
                stop(key, drainTimeout);
                listener = null;
            }
            if (listener == null) {
                open(key, plan, !besideAnother);
            } else {
                listener.plan(plan);
            }
        });
        for (ListenerKey key : List.copyOf(open.keySet())) {
            if (!plans.containsKey(key)) {
                stop(key, drainTimeout);
            }
        }
        scheduleRetry();
    }

    /** Listeners that could not be bound, and why, for the user. */
    public SortedMap<ListenerKey, String> failures() {
        SortedMap<ListenerKey, String> reasons = new TreeMap<>(ListenerKey.ORDER);
        failures.forEach((key, failure) -> reasons.put(key, failure.reason()));
        return Collections.unmodifiableSortedMap(reasons);
    }

    /** The ports of what is bound. */
    public Map<ListenerKey, Integer> ports() {
        Map<ListenerKey, Integer> ports = new HashMap<>();
        open.forEach((key, listener) -> ports.put(key, listener.port()));
        return Map.copyOf(ports);
    }

    /** What is bound or has sessions still. */
    public Set<ListenerKey> inUse() {
        Set<ListenerKey> all = new HashSet<>(open.keySet());
        all.addAll(draining.values());
        return all;
    }

    /**
     * Takes no new session, and lets those that are there go on.
     *
     * @param timeout after this, what is left is closed
     * @return completes when nothing is left
     */
    public CompletableFuture<Void> drain(Duration timeout) {
        drainAll(timeout);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        draining.keySet().forEach(listener -> {
            all.add(listener.closed());
            var _ = control.schedule(listener::close, timeout.toMillis(), TimeUnit.MILLISECONDS);
        });
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** Whether another process of ours is bound to the same addresses, or may still be: binds beside it then. */
    public void besideAnother(boolean process) {
        besideAnother = process;
    }

    /** Prepares for another process to bind the same addresses: no session that is there will notice. */
    public void lend() {
        CompletableFuture.allOf(
                        open.values().stream().map(DatagramListener::lend).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 2, TimeUnit.SECONDS)
                .join();
    }

    /** Leaves the ports to another process; sessions that are there go on. {@link #apply} binds them again. */
    public void pass() {
        drainAll(drainTimeout);
    }

    /** Tries again, now, what could not be bound, also beside the sessions of the process before. */
    public void retryNow() {
        retry(false);
    }

    private void drainAll(Duration timeout) {
        failures.clear();
        scheduleRetry();
        List.copyOf(open.keySet()).forEach(key -> stop(key, timeout));
    }

    /** Closes everything at once. */
    public void close() {
        if (retry != null) {
            retry.cancel(false);
        }
        open.values().forEach(DatagramListener::close);
        draining.keySet().forEach(DatagramListener::close);
    }

    /** @param exclusive whether another program's socket there is a reason not to bind */
    private void open(ListenerKey key, ListenerPlan plan, boolean exclusive) {
        DatagramListener listener = plan instanceof ListenerPlan.Udp relayed
                ? new UdpListener(key, relayed, loops, states, meters.listener(key.toString()))
                : others.listener(key, plan, meters.listener(key.toString()));
        boolean beside = open.keySet().stream().anyMatch(other -> other.port() == key.port())
                || draining.values().stream().anyMatch(other -> other.port() == key.port());
        String reason = listener.bind(exclusive && !beside);
        if (reason.isEmpty()) {
            open.put(key, listener);
            LOG.info("listening on {}", key);
        } else {
            failures.put(key, new Failure(plan, reason));
            LOG.warn("{}", reason);
        }
    }

    private void stop(ListenerKey key, Duration timeout) {
        DatagramListener listener = open.remove(key);
        if (listener == null) {
            return;
        }
        LOG.info("no longer listening on {}", key);
        draining.put(listener, key);
        ScheduledFuture<?> deadline = control.schedule(listener::close, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var _ = listener.drain()
                .thenRunAsync(
                        () -> {
                            deadline.cancel(false);
                            draining.remove(listener);
                            onChange.run();
                        },
                        control);
    }

    private void scheduleRetry() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        if (!failures.isEmpty()) {
            retry = control.schedule(() -> retry(!besideAnother), RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void retry(boolean exclusive) {
        SortedMap<ListenerKey, Failure> before = new TreeMap<>(failures);
        failures.clear();
        before.forEach((key, failure) -> open(key, failure.plan(), exclusive));
        scheduleRetry();
        if (!failures.equals(before)) {
            onChange.run();
        }
    }
}
