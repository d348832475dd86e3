package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.dns.AddressLookup;
import dev.steelyard.dataplane.dns.AddressLookup.Family;
import dev.steelyard.dataplane.dns.Names;
import dev.steelyard.dataplane.health.HealthCheck;
import dev.steelyard.dataplane.health.Outcome;
import dev.steelyard.dataplane.health.Prober;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.snapshot.HealthCheck.Tcp;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Pool.Revision;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Pools with the test's own thread as control thread: what is due runs when the test says so. */
final class PoolScene implements AutoCloseable {

    static final int LOOPS = 2;
    private static final Duration TIMEOUT = Duration.ofHours(1);

    final InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
    final Map<ObjectKey, Map<String, Boolean>> up = new HashMap<>();
    final LivePools pools;

    /** What checks find, by IP; without an entry, they go on until their time is up. */
    final Map<String, Outcome> health = new ConcurrentHashMap<>();

    /** What DNS answers; nothing for names that are not there. */
    final Map<String, AddressLookup.Answer> dns = new HashMap<>();

    private final Queue<Runnable> later = new ArrayDeque<>();
    private final EventLoops loops = EventLoops.start(Transport.NIO, LOOPS);
    private final Queue<Runnable> due = new ConcurrentLinkedQueue<>();
    private Map<ObjectKey, LivePool> applied = Map.of();

    PoolScene() {
        this(false);
    }

    PoolScene(boolean allowLocalAddresses) {
        HealthCheck scripted = (loop, endpoint, outcome) -> {
            answer(loop, endpoint.address().getAddress().getHostAddress(), outcome);
        };
        Prober prober = new Prober(loops, (probe, proxyProtocol) -> scripted, due::add, new SplittableRandom(1));
        Names names = new Names(
                (host, family, answer) ->
                        answer.accept(dns.getOrDefault(host, new AddressLookup.Answer.Failed("no answer"))),
                Set.of(Family.IPV4),
                due::add,
                (delay, task) -> {
                    later.add(task);
                    return new CompletableFuture<>();
                },
                clock,
                new SplittableRandom(1));
        pools = new LivePools(
                LOOPS,
                allowLocalAddresses,
                prober,
                names,
                (pool, now) -> up.put(pool, now.upByAddress()),
                due::add,
                clock,
                new SplittableRandom(1));
    }

    private void answer(EventLoop loop, String address, Promise<Outcome> outcome) {
        Outcome wanted = health.get(address);
        if (wanted != null) {
            outcome.trySuccess(wanted);
        } else if (!outcome.isDone()) {
            var _ = loop.schedule(() -> answer(loop, address, outcome), 5, TimeUnit.MILLISECONDS);
        }
    }

    static Pool pool(ObjectKey key, long generation, Member... members) {
        return new Pool(
                key,
                new Revision(Instant.EPOCH, generation),
                PoolProtocol.HTTP1,
                Algorithm.ROUND_ROBIN,
                List.of(members),
                Optional.empty(),
                Connections.DEFAULT);
    }

    /** The same with a check at short intervals, decided by {@link #health}. */
    static Pool checked(Pool pool) {
        return checked(pool, Duration.ofMillis(10));
    }

    static Pool checked(Pool pool, Duration interval) {
        return new Pool(
                pool.key(),
                pool.revision(),
                pool.protocol(),
                pool.algorithm(),
                pool.members(),
                Optional.of(new dev.steelyard.snapshot.HealthCheck(new Tcp(), 0, interval, TIMEOUT, 2, 2)),
                pool.connections());
    }

    static Member address(String address, int port) {
        return address(address, port, 1);
    }

    static Member address(String address, int port, int weight) {
        return new Member.OfAddress(address, port, weight);
    }

    static Member service(String name, String port, int weight) {
        return new Member.OfService(new ObjectKey("shop", name), port, weight);
    }

    static Member host(String name, int port, String... denied) {
        return new Member.OfHost(name, port, 1, List.of(denied));
    }

    static ServiceEndpoint pod(String address, int port, String portName, String uid) {
        return new ServiceEndpoint(address, port, portName, uid, true, true, false);
    }

    static ServiceEndpoint unready(String address, int port, String portName, String uid) {
        return new ServiceEndpoint(address, port, portName, uid, false, false, false);
    }

    static ServiceEndpoint terminating(String address, int port, String portName, String uid, boolean serving) {
        return new ServiceEndpoint(address, port, portName, uid, false, serving, true);
    }

    static Snapshot snapshot(String name, Pool... pools) {
        return new Snapshot(
                SnapshotCodec.FORMAT_VERSION,
                new ObjectKey("shop", name),
                1,
                List.of(),
                List.of(),
                List.of(),
                List.of(pools),
                List.of());
    }

    Map<ObjectKey, LivePool> apply(Snapshot... snapshots) {
        applied = pools.apply(List.of(snapshots));
        settle();
        return applied;
    }

    void endpoints(String service, ServiceEndpoint... endpoints) {
        pools.endpoints(new ObjectKey("shop", service), List.of(endpoints));
        settle();
    }

    /** Runs several changes before any of them takes effect. */
    void together(Runnable changes) {
        changes.run();
        settle();
    }

    /** Lets all timers run out, once. */
    void timePasses() {
        List<Runnable> timers = List.copyOf(later);
        later.clear();
        timers.forEach(Runnable::run);
        settle();
    }

    void settle() {
        for (Runnable task = due.poll(); task != null; task = due.poll()) {
            task.run();
        }
    }

    LivePool pool(ObjectKey key) {
        return Objects.requireNonNull(applied.get(key));
    }

    LivePool.State state(ObjectKey pool) {
        return pool(pool).state();
    }

    Endpoint choose(ObjectKey pool) {
        return Objects.requireNonNull(pool(pool).choose(0, 0, Exclusion.NONE));
    }

    List<String> chosen(ObjectKey pool, int times) {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            chosen.add(choose(pool).id().address());
        }
        return chosen;
    }

    List<String> eligible(ObjectKey pool) {
        return view(pool).endpoints().stream()
                .filter(EndpointView::eligible)
                .map(EndpointView::address)
                .toList();
    }

    Endpoint endpoint(ObjectKey pool, String address) {
        for (int i = 0; i < 100; i++) {
            Endpoint endpoint = choose(pool);
            if (endpoint.id().address().equals(address)) {
                return endpoint;
            }
        }
        throw new AssertionError(address + " is never chosen");
    }

    PoolView view(ObjectKey pool) {
        return pools.views().stream()
                .filter(view -> view.pool().equals(pool))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        pools.close();
        loops.close();
    }
}
