package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.accesslog.CapturedLog;
import dev.steelyard.dataplane.accesslog.LogWriter;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.balance.Balancer;
import dev.steelyard.dataplane.edition.HostTable;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RouteTable;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.filter.RouteAnswer;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.http.HttpEngine;
import dev.steelyard.dataplane.listener.ListenerState;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.metrics.AccessLogMeters;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.Departure;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.pool.PoolLoad;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An engine on a listening socket of its own, in front of the endpoints that a test gives it. One event loop. */
final class EngineFixture implements AutoCloseable, ListenerState {

    /** Handshakes take their time on a machine that is busy. */
    static final Connections PATIENT = new Connections(Duration.ofSeconds(20), Duration.ofSeconds(60), 100, 0);

    private static final ObjectKey POOL = new ObjectKey("test", "pool");

    final CountingMeters meters = new CountingMeters();
    final CountingMeters unrouted = new CountingMeters();
    final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
    private final List<Endpoint> made = new CopyOnWriteArrayList<>();
    final List<Channel> accepted = new CopyOnWriteArrayList<>();
    final CapturedLog written = new CapturedLog();
    private final EventLoops loops;
    private final LogWriter log;
    private final Channel listening;
    private final LivePool pool;
    private final LivePool mirror;
    private final List<RouteTable.Entry> routes = new ArrayList<>();
    private volatile ListenerLimits limits = ListenerLimits.DEFAULT;
    private volatile Timeouts timeouts = Timeouts.DEFAULT;
    private volatile CidrSet trusted = CidrSet.EMPTY;
    private volatile Retry retry = Retry.DEFAULT;
    private volatile RequestLimits sizes = RequestLimits.NONE;
    private volatile @Nullable TlsPlan tls;
    private volatile dev.steelyard.snapshot.@Nullable AccessLog logged;
    private volatile boolean draining;
    private boolean anyHost;
    private RouteFilters unmatched = RouteFilters.NONE;
    private @Nullable ClientTls upstreamTls;
    private @Nullable FastCgi programs;
    private volatile @Nullable SslContext encryption;
    private volatile @Nullable Supplier<ChannelHandler> before;
    private volatile ListenerPlan.Http plan;

    EngineFixture(InetSocketAddress... addresses) {
        loops = EventLoops.start(EventLoops.Transport.preferred(), 1);
        log = LogWriter.start(written, 1, InstantSource.system(), new AccessLogMeters());
        HttpEngine engine = new HttpEngine(loops, new SplittableRandom(1), InstantSource.system(), unrouted, log);
        pool = new LivePool(POOL, state(Connections.DEFAULT, addresses));
        mirror = new LivePool(new ObjectKey("test", "mirror"), state(Connections.DEFAULT));
        plan = build();
        listening = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverSocket())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted.add(channel);
                        SslContext context = encryption;
                        if (context != null) {
                            channel.pipeline().addLast(context.newHandler(channel.alloc()));
                        }
                        Supplier<ChannelHandler> added = before;
                        if (added != null) {
                            channel.pipeline().addLast(added.get());
                        }
                        engine.initialise(channel, EngineFixture.this);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    private LivePool.State state(Connections connections, InetSocketAddress... addresses) {
        endpoints.clear();
        for (InetSocketAddress address : addresses) {
            endpoints.add(new Endpoint(new Endpoint.Id(POOL, address.toString(), ""), address));
        }
        made.addAll(endpoints);
        return state(connections);
    }

    private LivePool.State state(Connections connections) {
        Pool config = new Pool(
                POOL,
                new Pool.Revision(Instant.EPOCH, 1),
                programs == null ? Pool.PoolProtocol.HTTP1 : Pool.PoolProtocol.FAST_CGI,
                Pool.Algorithm.ROUND_ROBIN,
                List.of(),
                Optional.empty(),
                connections,
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(programs));
        return new LivePool.State(
                config, upstreamTls, List.of(new InTurn(List.copyOf(endpoints))), endpoints.size(), endpoints.size());
    }

    private static final class InTurn implements Balancer {
        private final List<Endpoint> endpoints;
        private int turn;

        InTurn(List<Endpoint> endpoints) {
            this.endpoints = endpoints;
        }

        @Override
        public @Nullable Endpoint choose(long key, Exclusion exclusion) {
            for (int i = 0; i < endpoints.size(); i++) {
                Endpoint next = endpoints.get(turn++ % endpoints.size());
                if (!exclusion.excludes(next)) {
                    return next;
                }
            }
            return null;
        }
    }

    private ListenerPlan.Http build() {
        List<RouteTable.Entry> entries = new ArrayList<>(routes);
        entries.add(new RouteTable.Entry(PathMatch.ALL, Set.of(), target("default", meters)));
        RouteTable table = new RouteTable(unmatched == RouteFilters.NONE ? entries : routes, unmatched);
        HostTable hosts = new HostTable(Map.of("test.example", table), Map.of(), anyHost ? table : null);
        return new ListenerPlan.Http(limits, List.of(), trusted, tls, hosts, AccessLog.of(Optional.ofNullable(logged)));
    }

    private RouteTarget target(String name, RouteMeters counted) {
        return new RouteTarget(
                new ObjectKey("test", "service"),
                name,
                List.of(new RouteTarget.Choice(pool, 1, counted)),
                timeouts,
                AccessLog.of(Optional.ofNullable(logged)),
                retry,
                sizes,
                RouteFilters.NONE,
                null,
                counted);
    }

    EngineFixture route(PathMatch path, RouteMeters counted) {
        routes.add(new RouteTable.Entry(path, Set.of(), target(path.value(), counted)));
        return rebuilt();
    }

    /** A route by all that its snapshot says but pools: requests go where all go, and copies to {@link #mirror}. */
    EngineFixture route(Route route) {
        routes.add(new RouteTable.Entry(
                route.path(),
                Set.copyOf(route.methods()),
                route.conditions().map(Conditions::of).orElse(Conditions.NONE),
                new RouteTarget(
                        new ObjectKey("test", "service"),
                        route.name(),
                        List.of(new RouteTarget.Choice(pool, 1, meters)),
                        timeouts,
                        AccessLog.of(Optional.ofNullable(logged)),
                        retry,
                        route.limits().orElse(RequestLimits.NONE),
                        route.filters()
                                .map(filters ->
                                        RouteFilters.of(filters, route.path(), key -> mirror, FilterCases::errorPages))
                                .orElse(RouteFilters.NONE),
                        route.answer().map(RouteAnswer::of).orElse(null),
                        meters)));
        return rebuilt();
    }

    /** Where copies go. */
    EngineFixture mirror(InetSocketAddress address) {
        Endpoint endpoint = new Endpoint(new Endpoint.Id(POOL, address.toString(), ""), address);
        mirror.state(
                new LivePool.State(state(Connections.DEFAULT).config(), List.of(new InTurn(List.of(endpoint))), 1, 1));
        return this;
    }

    EngineFixture anyHost() {
        anyHost = true;
        return rebuilt();
    }

    /** From now on only the routes added match, and this is done to what others are answered. */
    EngineFixture unmatched(RouteFilters wanted) {
        unmatched = wanted;
        return rebuilt();
    }

    EngineFixture limits(ListenerLimits wanted) {
        limits = wanted;
        return rebuilt();
    }

    EngineFixture timeouts(Duration request, Duration idle) {
        timeouts = new Timeouts(request, idle);
        return rebuilt();
    }

    EngineFixture timeouts(Timeouts wanted) {
        timeouts = wanted;
        return rebuilt();
    }

    EngineFixture retry(Retry wanted) {
        retry = wanted;
        return rebuilt();
    }

    EngineFixture sizes(RequestLimits wanted) {
        sizes = wanted;
        return rebuilt();
    }

    /** What is under way to the pool. */
    PoolLoad load() {
        return pool.load();
    }

    EngineFixture logged(dev.steelyard.snapshot.AccessLog wanted) {
        logged = wanted;
        return rebuilt();
    }

    EngineFixture trusted(String... cidrs) {
        trusted = CidrSet.of(List.of(cidrs));
        return rebuilt();
    }

    EngineFixture tls(TlsPlan wanted) {
        tls = wanted;
        return rebuilt();
    }

    /** Connections are encrypted from now on. */
    EngineFixture encrypted(SslContext context) {
        encryption = context;
        return this;
    }

    /** Endpoints are spoken to over TLS from now on. */
    EngineFixture upstreamTls(ClientTls wanted) {
        upstreamTls = wanted;
        Connections set = pool.state().config().connections();
        pool.state(state(set.equals(Connections.DEFAULT) ? PATIENT : set));
        return this;
    }

    /** Endpoints are FastCGI programs from now on. */
    EngineFixture fastCgi(FastCgi wanted) {
        programs = wanted;
        pool.state(state(pool.state().config().connections()));
        return this;
    }

    /** What is received on connections made from now on goes through such a handler first. */
    EngineFixture before(Supplier<ChannelHandler> handler) {
        before = handler;
        return this;
    }

    EngineFixture connections(Connections wanted) {
        pool.state(state(wanted));
        return this;
    }

    private EngineFixture rebuilt() {
        plan = build();
        return this;
    }

    void drain() {
        draining = true;
    }

    /** Requests in flight at all endpoints together. */
    int inFlight() {
        return endpoints.stream().mapToInt(Endpoint::inFlight).sum();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    Wire connect() throws java.io.IOException {
        return Wire.to(address());
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
        made.forEach(Departure::of);
        loops.close();
        log.close();
    }
}
