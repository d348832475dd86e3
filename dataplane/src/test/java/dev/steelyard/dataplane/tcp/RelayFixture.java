package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.accesslog.CapturedLog;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.balance.Balancer;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RelayTarget;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.AccessLogMeters;
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
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A TCP engine on a listening socket of its own, in front of endpoints that are tried in their order. One event loop. */
final class RelayFixture implements AutoCloseable, ListenerState {

    /** Handshakes take their time on a machine that is busy. */
    private static final Pool.Connections PATIENT =
            new Pool.Connections(Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 0);

    private static final ObjectKey POOL = new ObjectKey("test", "pool");

    final List<ResponseFlag> flags = new CopyOnWriteArrayList<>();
    private final List<Endpoint> endpoints;
    private final EventLoops loops = EventLoops.start(EventLoops.Transport.preferred(), 1);
    private final Channel listening;
    private volatile @Nullable ClientTls tls;
    final CapturedLog written = new CapturedLog();
    private final LogWriter log;
    private volatile Timeouts timeouts = Timeouts.DEFAULT;
    private volatile dev.steelyard.snapshot.@Nullable AccessLog logged;

    RelayFixture(InetSocketAddress... addresses) {
        endpoints = Stream.of(addresses)
                .map(address -> new Endpoint(new Endpoint.Id(POOL, address.toString(), ""), address))
                .toList();
        log = LogWriter.start(written, 1, InstantSource.system(), new AccessLogMeters());
        TcpEngine engine = new TcpEngine(loops, ConnectionLog.perLoop(loops, new SplittableRandom(1), log));
        listening = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverSocket())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        engine.initialise(channel, RelayFixture.this);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
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
        InetSocketAddress address = (InetSocketAddress) listening.localAddress();
        return new Socket(address.getAddress(), address.getPort());
    }

    /** Connections in flight at all endpoints together. */
    int inFlight() {
        return endpoints.stream().mapToInt(Endpoint::inFlight).sum();
    }

    @Override
    public ListenerPlan plan() {
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
    public boolean draining() {
        return false;
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        loops.close();
        log.close();
    }
}
