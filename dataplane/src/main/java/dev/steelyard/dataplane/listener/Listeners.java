package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.handover.SocketNames;
import dev.steelyard.dataplane.metrics.ListenerMeters;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.transport.EventLoops;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.FileDescriptor;
import java.net.InetSocketAddress;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All listening sockets of this process. Control thread only, unless said otherwise.
 *
 * <p>A socket whose plan changes is not touched; one that cannot be bound is tried again, after 1 s, 2 s, 4 s … at most 30 s, while the
 * others work.
 */
public final class Listeners {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final EventLoops loops;
    private final Engines engines;
    private final Meters meters;
    private final ScheduledExecutorService control;
    private final Duration drainTimeout;
    private final Runnable onChange;
    private final Inheritance inheritance;

    private final Map<ListenerKey, ListeningSocket> sockets = new HashMap<>();
    private final Map<ListenerKey, ListeningSocket> stopping = new HashMap<>();
    private final Set<Draining> draining = ConcurrentHashMap.newKeySet();
    private final SortedMap<ListenerKey, Failure> failures = new TreeMap<>(ListenerKey.ORDER);
    private Duration retryAfter = FIRST_RETRY;
    private @Nullable ScheduledFuture<?> retry;

    /**
     * @param control the control thread
     * @param drainTimeout how long connections of a removed listener may go on
     * @param inheritance asked once for each socket that is to be bound
     * @param onChange run on the control thread when {@link #failures}, or what is draining, has changed by itself
     */
    public Listeners(
            EventLoops loops,
            Engines engines,
            Meters meters,
            ScheduledExecutorService control,
            Duration drainTimeout,
            Inheritance inheritance,
            Runnable onChange) {
        this.loops = loops;
        this.engines = engines;
        this.meters = meters;
        this.control = control;
        this.drainTimeout = drainTimeout;
        this.inheritance = inheritance;
        this.onChange = onChange;
    }

    /** Where sockets may come from that another process has bound. */
    @FunctionalInterface
    public interface Inheritance {

        /** A socket bound to that address that listens, registered with no loop; null if there is none. */
        @Nullable
        ServerChannel inherit(InetSocketAddress address);
    }

    /** The engines that speak with clients; each is the same for all sockets. */
    public record Engines(Engine http, Engine tcp, Engine passThrough) {}

    private record Failure(ListenerPlan plan, String reason) {}

    private record Draining(ListenerKey key, LiveListener listener) {}

    /**
     * Puts plans in force: binds what is new, then swaps the plans of what stays, then lets what is gone drain. When this returns, every
     * socket either serves its new plan or is among the {@link #failures}.
     */
    public void apply(Map<ListenerKey, ListenerPlan> plans) {
        failures.clear();
        plans.forEach((key, plan) -> {
            if (!sockets.containsKey(key)) {
                open(key, plan);
            }
        });
        plans.forEach((key, plan) -> {
            ListeningSocket socket = sockets.get(key);
            if (socket != null) {
                swap(socket, plan);
            }
        });
        for (ListenerKey key : List.copyOf(sockets.keySet())) {
            if (!plans.containsKey(key)) {
                stop(key, drainTimeout);
            }
        }
        retryAfter = FIRST_RETRY;
        scheduleRetry();
    }

    /** Sockets that could not be bound, or cannot accept connections now, and why, for the user. */
    public SortedMap<ListenerKey, String> failures() {
        SortedMap<ListenerKey, String> reasons = new TreeMap<>(ListenerKey.ORDER);
        failures.forEach((key, failure) -> reasons.put(key, failure.reason()));
        sockets.forEach((key, socket) -> {
            if (!socket.problem().isEmpty()) {
                reasons.put(key, socket.problem());
            }
        });
        return Collections.unmodifiableSortedMap(reasons);
    }

    /** The ports of the bound sockets; they differ from the keys' for port 0 alone. */
    public Map<ListenerKey, Integer> ports() {
        Map<ListenerKey, Integer> ports = new HashMap<>();
        sockets.forEach((key, socket) -> ports.put(key, socket.bound().getPort()));
        return Map.copyOf(ports);
    }

    /** The sockets that have connections or can get some. */
    public Set<ListenerKey> inUse() {
        Set<ListenerKey> all = new HashSet<>(sockets.keySet());
        draining.forEach(gone -> all.add(gone.key()));
        return all;
    }

    /**
     * Stops listening, and lets what is open finish.
     *
     * @param timeout after this, what is still open is closed
     * @return completes when nothing is open any more
     */
    public CompletableFuture<Void> drain(Duration timeout) {
        failures.clear();
        scheduleRetry();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (ListenerKey key : List.copyOf(sockets.keySet())) {
            stop(key, timeout);
        }
        for (Draining each : draining) {
            all.add(each.listener().drain());
            var _ = control.schedule(each.listener()::closeConnections, timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /** What another process needs to accept on the sockets of this one; they stay open for as long as the caller does not return. */
    public List<FileDescriptor> descriptors() {
        return sockets.values().stream()
                .flatMap(socket -> socket.lend().stream())
                .toList();
    }

    /**
     * Leaves new connections to another process: on the sockets it has taken, by not accepting; the others are closed, so that it can bind
     * them. What is open goes on.
     *
     * @param taken addresses as {@link SocketNames} writes them
     */
    public void pass(Set<String> taken) {
        failures.clear();
        scheduleRetry();
        for (ListeningSocket socket : List.copyOf(sockets.values())) {
            if (taken.contains(SocketNames.of(socket.bound()))) {
                socket.passed(true);
            } else {
                stop(socket.key(), drainTimeout);
            }
        }
    }

    /** Undoes {@link #pass}, but for the sockets that were closed: these are back with the next {@link #apply}. */
    public void resume() {
        sockets.values().forEach(socket -> socket.passed(false));
    }

    /** Tries again, now, what could not be bound. */
    public void retryNow() {
        if (!failures.isEmpty()) {
            retryAfter = FIRST_RETRY;
            retry();
        }
    }

    /** Closes everything at once. */
    public void close() {
        if (retry != null) {
            retry.cancel(false);
        }
        sockets.values().forEach(socket -> {
            socket.close();
            LiveListener listener = socket.listener();
            var _ = listener.drain();
            listener.acceptsNoMore();
            listener.closeConnections();
        });
        stopping.values().forEach(ListeningSocket::close);
        draining.forEach(each -> each.listener().closeConnections());
    }

    private void open(ListenerKey key, ListenerPlan plan) {
        LiveListener listener = listener(key, plan);
        ListeningSocket revived = stopping.get(key);
        if (revived != null && revived.revive(listener)) {
            stopping.remove(key);
            sockets.put(key, revived);
            return;
        }
        ServerChannel inherited =
                loops.transport() == EventLoops.Transport.EPOLL ? inheritance.inherit(BindAddress.of(key)) : null;
        ListeningSocket socket = inherited == null
                ? new ListeningSocket(key, listener, loops, this::problemChanged)
                : new ListeningSocket(key, listener, loops, inherited, this::problemChanged);
        ChannelFuture bound = inherited == null ? socket.bind(BindAddress.of(key)) : socket.adopt();
        List<ListeningSocket> overlapping = overlapping(key);
        if (!bound.isSuccess() && BindFailure.inUse(bound.cause()) && !overlapping.isEmpty()) {
            overlapping.forEach(ListeningSocket::shareable);
            socket = new ListeningSocket(key, listener, loops, this::problemChanged);
            socket.shareable();
            bound = socket.bind(BindAddress.of(key));
        }
        if (bound.isSuccess()) {
            idleTimeout(socket, plan);
            sockets.put(key, socket);
            LOG.info("listening on {}", key);
        } else {
            var _ = listener.drain();
            listener.acceptsNoMore();
            String reason = BindFailure.reason(key, bound.cause());
            failures.put(key, new Failure(plan, reason));
            LOG.warn("{}", reason);
        }
    }

    /** Our own sockets on this port of which one is on all addresses. */
    private List<ListeningSocket> overlapping(ListenerKey key) {
        List<ListeningSocket> found = new ArrayList<>();
        for (Map<ListenerKey, ListeningSocket> some : List.of(sockets, stopping)) {
            some.forEach((other, socket) -> {
                if (other.port() == key.port()
                        && (other.address().isEmpty() || key.address().isEmpty())) {
                    found.add(socket);
                }
            });
        }
        return found;
    }

    private void problemChanged() {
        if (!control.isShutdown()) {
            control.execute(onChange);
        }
    }

    private static void idleTimeout(ListeningSocket socket, ListenerPlan plan) {
        if (plan instanceof ListenerPlan.Tcp tcp) {
            socket.idleTimeout(tcp.target().timeouts().idle());
        }
    }

    private void swap(ListeningSocket socket, ListenerPlan plan) {
        idleTimeout(socket, plan);
        LiveListener before = socket.listener();
        if (before.engine().equals(engine(socket.key(), plan))) {
            before.plan(plan);
            socket.mayAccept();
        } else {
            socket.listener(listener(socket.key(), plan));
            drain(socket.key(), before, drainTimeout);
        }
    }

    private void stop(ListenerKey key, Duration timeout) {
        ListeningSocket socket = sockets.remove(key);
        if (socket == null) {
            return;
        }
        LOG.info("no longer listening on {}", key);
        stopping.put(key, socket);
        drain(key, socket.listener(), timeout);
        var _ = socket.stop().thenRunAsync(() -> stopping.remove(key, socket), control);
    }

    private void drain(ListenerKey key, LiveListener listener, Duration timeout) {
        Draining entry = new Draining(key, listener);
        draining.add(entry);
        ScheduledFuture<?> deadline =
                control.schedule(listener::closeConnections, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var _ = listener.drain()
                .thenRunAsync(
                        () -> {
                            deadline.cancel(false);
                            draining.remove(entry);
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
            retry = control.schedule(this::retry, retryAfter.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void retry() {
        SortedMap<ListenerKey, Failure> before = new TreeMap<>(failures);
        failures.clear();
        before.forEach((key, failure) -> open(key, failure.plan()));
        retryAfter = retryAfter.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retryAfter.multipliedBy(2) : LAST_RETRY;
        scheduleRetry();
        if (!failures.equals(before)) {
            onChange.run();
        }
    }

    private LiveListener listener(ListenerKey key, ListenerPlan plan) {
        return new LiveListener(plan, engine(key, plan), loops, listenerMeters(key));
    }

    private Engine engine(ListenerKey key, ListenerPlan plan) {
        Engine engine = switch (plan) {
            case ListenerPlan.Http http ->
                http.tls() == null ? engines.http() : new TlsEngine(engines.http(), listenerMeters(key));
            case ListenerPlan.Tcp tcp -> engines.tcp();
            case ListenerPlan.Tls tls -> engines.passThrough();
            case ListenerPlan.Udp _, ListenerPlan.Quic _ ->
                throw new IllegalArgumentException(key + " is no socket of connections");
        };
        return plan.proxyProtocol() ? new ProxyProtocolEngine(engine) : engine;
    }

    private ListenerMeters listenerMeters(ListenerKey key) {
        return meters.listener(key.toString());
    }
}
