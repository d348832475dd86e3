package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.accesslog.CapturedLog;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.HostTable;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RouteTable;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.http.HttpEngine;
import dev.steelyard.dataplane.http1.CountingMeters;
import dev.steelyard.dataplane.listener.DrainEvent;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.metrics.AccessLogMeters;
import dev.steelyard.dataplane.pool.Departure;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The HTTP engine on a listening socket of its own, in front of one endpoint. One event loop. */
final class Http2Fixture implements AutoCloseable, ListenerState {

    private static final ObjectKey POOL = new ObjectKey("test", "pool");

    final CountingMeters meters = new CountingMeters();
    final CountingMeters unrouted = new CountingMeters();
    final Endpoint endpoint;
    private final List<Channel> accepted = new CopyOnWriteArrayList<>();
    private final EventLoops loops = EventLoops.start(EventLoops.Transport.preferred(), 1);
    private final LogWriter log = LogWriter.start(new CapturedLog(), 1, InstantSource.system(), new AccessLogMeters());
    private final LivePool pool;
    private final Channel listening;
    private volatile ListenerLimits limits = ListenerLimits.DEFAULT;
    private volatile Timeouts timeouts = Timeouts.DEFAULT;
    private volatile RouteFilters filters = RouteFilters.NONE;
    private volatile boolean draining;
    private volatile ListenerPlan.Http plan;

    Http2Fixture(InetSocketAddress address) {
        this(address, PoolProtocol.HTTP1, Connections.DEFAULT);
    }

    Http2Fixture(InetSocketAddress address, PoolProtocol protocol, Connections connections) {
        this(address, protocol, connections, null);
    }

    /** @param tls how connections to the endpoint are encrypted */
    Http2Fixture(InetSocketAddress address, PoolProtocol protocol, Connections connections, @Nullable ClientTls tls) {
        HttpEngine engine = new HttpEngine(loops, new SplittableRandom(1), InstantSource.system(), unrouted, log);
        endpoint = new Endpoint(new Endpoint.Id(POOL, address.toString(), ""), address);
        Pool config = new Pool(
                POOL,
                new Pool.Revision(Instant.EPOCH, 1),
                protocol,
                Pool.Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                connections);
        pool = new LivePool(POOL, state(config, tls));
        plan = build();
        listening = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverSocket())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                        engine.initialise(channel, Http2Fixture.this);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private LivePool.State state(Pool config, @Nullable ClientTls tls) {
        return new LivePool.State(
                config, tls, List.of((key, exclusion) -> exclusion.excludes(endpoint) ? null : endpoint), 1, 1);
    }

    /** Connections to the endpoint that are made from now on are encrypted so. */
    void upstreamTls(ClientTls tls) {
        pool.state(state(pool.state().config(), tls));
    }

    private ListenerPlan.Http build() {
        RouteTarget target = new RouteTarget(
                new ObjectKey("test", "service"),
                "default",
                List.of(new RouteTarget.Choice(pool, 1, meters)),
                timeouts,
                AccessLog.of(Optional.empty()),
                Retry.DEFAULT,
                RequestLimits.NONE,
                filters,
                null,
                meters);
        RouteTable table = new RouteTable(List.of(new RouteTable.Entry(PathMatch.ALL, Set.of(), target)));
        return new ListenerPlan.Http(
                limits,
                List.of(),
                CidrSet.EMPTY,
                null,
                new HostTable(Map.of("test.example", table), Map.of(), null),
                AccessLog.of(Optional.empty()));
    }

    Http2Fixture filters(RouteFilters wanted) {
        filters = wanted;
        plan = build();
        return this;
    }

    Http2Fixture limits(ListenerLimits wanted) {
        limits = wanted;
        plan = build();
        return this;
    }

    Http2Fixture timeouts(Timeouts wanted) {
        timeouts = wanted;
        plan = build();
        return this;
    }

    /** Begins to drain, as a listener that is removed does. */
    void drain() {
        draining = true;
        for (Channel channel : accepted) {
            channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(DrainEvent.INSTANCE));
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    FrameClient connect() throws java.io.IOException {
        return new FrameClient(address());
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
    public void close() {
        listening.close().syncUninterruptibly();
        // A loop that ends tells the handlers of open channels nothing.
        accepted.forEach(channel -> channel.close().syncUninterruptibly());
        Departure.of(endpoint);
        loops.close();
        log.close();
    }
}
