package dev.steelyard.dataplane.listener;

import static java.util.Objects.requireNonNull;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.HostTable;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Pool.Revision;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route.Timeouts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Listeners with engines that greet, on a control thread of their own. */
final class ListenerScene implements AutoCloseable {

    static final ObjectKey SHOP = new ObjectKey("shop", "web");

    final EventLoops loops;
    final Meters meters = new Meters();
    final AtomicInteger changes = new AtomicInteger();
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private final Listeners listeners;

    ListenerScene(EventLoops.Transport transport, int threads, Duration drainTimeout) {
        this(EventLoops.start(transport, threads), drainTimeout);
    }

    ListenerScene(EventLoops loops, Duration drainTimeout) {
        this.loops = loops;
        listeners = new Listeners(
                loops,
                new Listeners.Engines(new GreetingEngine("http"), new GreetingEngine("tcp"), new GreetingEngine("tls")),
                meters,
                control,
                drainTimeout,
                _ -> null,
                changes::incrementAndGet);
    }

    static ListenerPlan.Http http(String listener) {
        return http(listener, ListenerLimits.DEFAULT, null);
    }

    static ListenerPlan.Http http(String listener, ListenerLimits limits, @Nullable TlsPlan tls) {
        return new ListenerPlan.Http(
                limits,
                List.of(new Owner(SHOP, listener)),
                CidrSet.EMPTY,
                tls,
                new HostTable(Map.of(), Map.of(), null),
                AccessLog.OFF);
    }

    static ListenerPlan.Tcp tcp(String listener) {
        Pool pool = new Pool(
                new ObjectKey("shop", "p"),
                new Revision(Instant.EPOCH, 1),
                PoolProtocol.TCP,
                Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                Connections.DEFAULT);
        return new ListenerPlan.Tcp(
                ListenerLimits.DEFAULT,
                List.of(new Owner(SHOP, listener)),
                new RelayTarget(
                        new Owner(SHOP, listener),
                        Protocol.TCP,
                        new LivePool(pool.key(), new LivePool.State(pool, List.of(), 0, 0)),
                        Timeouts.DEFAULT,
                        RouteMeters.NONE,
                        AccessLog.OFF));
    }

    static ListenerLimits limits(int maxConnections, Duration headerTimeout) {
        return new ListenerLimits(maxConnections, Duration.ZERO, headerTimeout, Duration.ZERO, 1024, 0);
    }

    void apply(Map<ListenerKey, ListenerPlan> plans) {
        onControl(() -> {
            listeners.apply(plans);
            return plans;
        });
    }

    int port(ListenerKey key) {
        return requireNonNull(onControl(listeners::ports).get(key), key::toString);
    }

    Map<ListenerKey, String> failures() {
        return onControl(listeners::failures);
    }

    <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }

    @Override
    public void close() {
        onControl(() -> {
            listeners.close();
            return "";
        });
        control.shutdownNow();
        loops.close();
    }
}
