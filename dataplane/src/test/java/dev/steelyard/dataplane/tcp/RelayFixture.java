package dev.steelyard.dataplane.tcp;

import static java.util.Objects.requireNonNull;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.accesslog.CapturedLog;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.balance.Balancer;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.Engine;
import dev.steelyard.dataplane.listener.Listeners;
import dev.steelyard.dataplane.metrics.AccessLogMeters;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route.Timeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A TCP engine on a listening socket of its own, in front of endpoints that are tried in their order. One event loop. */
final class RelayFixture implements AutoCloseable {

    /** How bytes are moved. */
    enum Way {
        CHANNELS,
        SOCKETS
    }

    private static final ListenerKey KEY = new ListenerKey("127.0.0.1", 0);

    /** Handshakes take their time on a machine that is busy. */
    private static final Pool.Connections PATIENT =
            new Pool.Connections(Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 0);

    private static final ObjectKey POOL = new ObjectKey("test", "pool");

    final List<ResponseFlag> flags = new CopyOnWriteArrayList<>();
    private final List<Endpoint> endpoints;
    private final EventLoops loops = EventLoops.start(EventLoops.Transport.preferred(), 1);
    private final Listeners listeners;
    private final ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
    private volatile @Nullable ClientTls tls;
    final CapturedLog written = new CapturedLog();
    private final LogWriter log;
    private volatile Timeouts timeouts = Timeouts.DEFAULT;
    private volatile dev.steelyard.snapshot.@Nullable AccessLog logged;

    RelayFixture(Way way, InetSocketAddress... addresses) {
        endpoints = Stream.of(addresses)
                .map(address -> new Endpoint(new Endpoint.Id(POOL, address.toString(), ""), address))
                .toList();
        log = LogWriter.start(written, 1, InstantSource.system(), new AccessLogMeters());
        TcpEngine engine = new TcpEngine(loops, ConnectionLog.perLoop(loops, new SplittableRandom(1), log));
        Engine tcp = way == Way.SOCKETS ? engine : (channel, listener) -> engine.initialise(channel, listener);
        listeners = new Listeners(
                loops,
                new Listeners.Engines(tcp, tcp, tcp),
                new Meters(),
                control,
                Duration.ofSeconds(1),
                _ -> null,
                () -> {});
    }

    static ServerSocket server() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    RelayFixture idle(Duration idle) {
        timeouts = new Timeouts(Duration.ZERO, idle);
        return this;
    }

    RelayFixture tls(ClientTls wanted) {
        tls = wanted;
        return this;
    }

    RelayFixture logged(dev.steelyard.snapshot.AccessLog wanted) {
        logged = wanted;
        return this;
    }

    Socket connect() throws IOException {
        int port = onControl(() -> {
            listeners.apply(Map.of(KEY, plan()));
            return requireNonNull(listeners.ports().get(KEY));
        });
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Closes what is open. */
    void stop() {
        var _ = onControl(() -> {
            listeners.apply(Map.of());
            return KEY;
        });
    }

    private <T> T onControl(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, control).join();
    }

    /** Connections in flight at all endpoints together. */
    int inFlight() {
        return endpoints.stream().mapToInt(Endpoint::inFlight).sum();
    }

    private ListenerPlan plan() {
        Pool config = new Pool(
                POOL,
                new Pool.Revision(Instant.EPOCH, 1),
                Pool.PoolProtocol.TCP,
                Pool.Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                PATIENT);
        Balancer inOrder = (key, exclusion) -> endpoints.stream()
                .filter(endpoint -> !exclusion.excludes(endpoint))
                .findFirst()
                .orElse(null);
        LivePool pool = new LivePool(
                POOL, new LivePool.State(config, tls, List.of(inOrder), endpoints.size(), endpoints.size()));
        ListenerPlan.Owner owner = new ListenerPlan.Owner(new ObjectKey("test", "service"), "tcp");
        return new ListenerPlan.Tcp(
                ListenerLimits.DEFAULT,
                List.of(owner),
                new RelayTarget(
                        owner, Protocol.TCP, pool, timeouts, meters(), AccessLog.of(Optional.ofNullable(logged))));
    }

    private RouteMeters meters() {
        return new RouteMeters() {
            @Override
            public void finished(int status, long nanos, long bytesReceived, long bytesSent) {}

            @Override
            public void flagged(ResponseFlag flag) {
                flags.add(flag);
            }

            @Override
            public void retried() {}

            @Override
            public void connected(long nanos) {}
        };
    }

    @Override
    public void close() {
        onControl(() -> {
            listeners.close();
            return KEY;
        });
        control.shutdownNow();
        loops.close();
        log.close();
    }
}
