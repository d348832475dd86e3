package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.filter.AccessList;
import dev.steelyard.dataplane.filter.RouteAnswer;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.match.Conditions;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.metrics.RouteId;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.tls.SideBySide;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.dataplane.tls.TlsContexts.Shared;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerTls;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import dev.steelyard.snapshot.Route.WeightedPool;
import dev.steelyard.snapshot.Snapshot;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles one snapshot. One object per compilation; control thread only. */
final class ServiceCompiler {

    /** What requests of a listener that redirects are counted by, instead of a route. */
    private static final String REDIRECT_TO_HTTPS = "redirect-to-https";

    private final Snapshot snapshot;
    private final Map<ObjectKey, LivePool> pools;
    private final TlsContexts registry;
    private final Meters meters;
    private final Set<RouteId> counted = new HashSet<>();
    private final List<Shared> acquired = new ArrayList<>();
    private final FilterCompiler filters;
    private final Map<String, Instant> expiries = new HashMap<>();

    private ServiceCompiler(Snapshot snapshot, Map<ObjectKey, LivePool> pools, TlsContexts registry, Meters meters) {
        this.snapshot = snapshot;
        this.pools = pools;
        this.registry = registry;
        this.meters = meters;
        this.filters = new FilterCompiler(snapshot, this::pool);
    }

    /**
     * Compiles a snapshot.
     *
     * @throws RuntimeException if it cannot be served; an {@link IllegalArgumentException}'s message is for the user
     */
    static ServicePlan compile(Snapshot snapshot, Map<ObjectKey, LivePool> pools, TlsContexts registry, Meters meters) {
        ServiceCompiler compiler = new ServiceCompiler(snapshot, pools, registry, meters);
        try {
            return compiler.compile();
        } catch (RuntimeException e) {
            compiler.acquired.forEach(registry::release);
            throw e;
        }
    }

    private ServicePlan compile() {
        RouteTable routes =
                new RouteTable(snapshot.routes().stream().map(this::entry).toList(), filters.unmatched());
        Map<ListenerKey, Claim> claims = new LinkedHashMap<>();
        for (Listener listener : snapshot.listeners()) {
            Owner owner = new Owner(snapshot.virtualService(), listener.name());
            Claim.Service service = switch (listener.protocol()) {
                case HTTP -> hosts(listener, routes(listener, routes), null);
                case HTTPS -> hosts(listener, routes, tls(listener));
                case TCP -> connections(listener, owner);
                case UDP ->
                    new Claim.Service.OfAll(
                            new ListenerPlan.Udp(listener.limits(), List.of(owner), target(listener, owner)));
                case TLS -> new Claim.Service.OfNames(snapshot.hosts(), target(listener, owner));
            };
            claim(listener, owner, service, listener.protocol() == Protocol.UDP, claims);
            if (service instanceof Claim.Service.OfHosts hosts && http3(listener) && hosts.tls() != null) {
                Claim.Service.OfHttp3 within =
                        new Claim.Service.OfHttp3(hosts.hosts(), hosts.routes(), hosts.trustedProxies(), hosts.tls());
                claim(listener, owner, within, true, claims);
            }
        }
        return new ServicePlan(snapshot, List.copyOf(claims.values()), acquired, expiries, counted);
    }

    private static boolean http3(Listener listener) {
        boolean wanted = listener.tls().flatMap(ListenerTls::http3).orElse(false);
        if (wanted && listener.proxyProtocol()) {
            throw new IllegalArgumentException(
                    "listener " + listener.name() + ": there is no PROXY protocol for HTTP/3");
        }
        return wanted;
    }

    private static void claim(
            Listener listener, Owner owner, Claim.Service service, boolean udp, Map<ListenerKey, Claim> claims) {
        for (ListenerKey key : keys(listener, udp)) {
            Claim other = claims.putIfAbsent(key, new Claim(key, listener, owner, service));
            if (other != null) {
                throw new IllegalArgumentException(
                        "listeners " + other.owner().listener() + " and " + listener.name() + " are both on " + key);
            }
        }
    }

    private static Set<ListenerKey> keys(Listener listener, boolean udp) {
        int last = Math.max(listener.port(), listener.endPort());
        if (last - listener.port() >= Listener.MAX_PORTS) {
            throw new IllegalArgumentException(
                    "listener " + listener.name() + " has more than " + Listener.MAX_PORTS + " ports");
        }
        Set<ListenerKey> keys = new LinkedHashSet<>();
        for (int port = listener.port(); port <= last; port++) {
            if (listener.addresses().isEmpty()) {
                keys.add(new ListenerKey("", port, udp));
            }
            for (String address : listener.addresses()) {
                InetAddress literal = InetAddress.ofLiteral(address);
                keys.add(new ListenerKey(literal.isAnyLocalAddress() ? "" : literal.getHostAddress(), port, udp));
            }
        }
        return keys;
    }

    private RouteTable.Entry entry(Route route) {
        List<RouteTarget.Choice> choices = new ArrayList<>();
        long total = 0;
        for (WeightedPool weighted : route.pools()) {
            choices.add(new RouteTarget.Choice(
                    pool(weighted.pool()), weighted.weight(), routeMeters(route.name(), weighted.pool())));
            total += weighted.weight();
        }
        if (route.answer().isEmpty() && (total < 1 || total > Integer.MAX_VALUE)) {
            throw new IllegalArgumentException(
                    "route " + route.name() + ": the weights of its pools add up to " + total + ", want 1..2147483647");
        }
        RouteFilters compiled = filters.filters(route);
        boolean answers = route.answer().isPresent() || compiled.access() != null || compiled.crossOrigin() != null;
        return new RouteTable.Entry(
                route.path(),
                Set.copyOf(route.methods()),
                route.conditions().map(Conditions::of).orElse(Conditions.NONE),
                new RouteTarget(
                        snapshot.virtualService(),
                        route.name(),
                        choices,
                        route.timeouts(),
                        AccessLog.of(route.accessLog()),
                        route.retry().orElse(Retry.DEFAULT),
                        route.limits().orElse(RequestLimits.NONE),
                        compiled,
                        route.answer().map(RouteAnswer::of).orElse(null),
                        answers
                                ? routeMeters(route.name(), RouteId.NO_POOL)
                                : choices.getFirst().meters()));
    }

    /** A listener that redirects knows no routes. */
    private RouteTable routes(Listener listener, RouteTable routes) {
        if (listener.redirect().isEmpty()) {
            return routes;
        }
        RouteTarget redirect = new RouteTarget(
                snapshot.virtualService(),
                REDIRECT_TO_HTTPS,
                List.of(),
                Timeouts.DEFAULT,
                AccessLog.of(listener.accessLog()),
                Retry.DEFAULT,
                RequestLimits.NONE,
                RouteFilters.NONE,
                RouteAnswer.of(listener.redirect().get()),
                routeMeters(REDIRECT_TO_HTTPS, RouteId.NO_POOL));
        return new RouteTable(List.of(new RouteTable.Entry(PathMatch.ALL, Set.of(), redirect)));
    }

    private Claim.Service hosts(Listener listener, RouteTable routes, @Nullable ServerTls tls) {
        return new Claim.Service.OfHosts(snapshot.hosts(), routes, CidrSet.of(listener.trustedProxies()), tls);
    }

    private Claim.Service connections(Listener listener, Owner owner) {
        return new Claim.Service.OfAll(new ListenerPlan.Tcp(
                listener.limits(),
                List.of(owner),
                target(listener, owner),
                CidrSet.of(listener.trustedProxies()),
                listener.proxyProtocol()));
    }

    private RelayTarget target(Listener listener, Owner owner) {
        ObjectKey pool = listener.pool()
                .orElseThrow(() -> new IllegalArgumentException("listener " + listener.name() + " has no pool"));
        return new RelayTarget(
                owner,
                listener.protocol(),
                pool(pool),
                listener.timeouts(),
                routeMeters(listener.name(), pool),
                AccessLog.of(listener.accessLog()),
                listener.access().map(AccessList::of).orElse(null));
    }

    private ServerTls tls(Listener listener) {
        ListenerTls tls = listener.tls()
                .orElseThrow(
                        () -> new IllegalArgumentException("listener " + listener.name() + " has no TLS settings"));
        List<Shared> contexts = new ArrayList<>();
        for (SideBySide shown :
                SideBySide.of(tls.certificates().stream().map(this::certificate).toList())) {
            Shared shared = registry.acquire(
                    shown,
                    tls.minVersion(),
                    tls.clientAuth(),
                    tls.http2(),
                    tls.http3().orElse(false));
            acquired.add(shared);
            contexts.add(shared);
            expiries.put(shown.certificate().name(), shared.until());
            shown.companion().ifPresent(other -> expiries.put(other.name(), SideBySide.until(other)));
        }
        if (contexts.isEmpty()) {
            throw new IllegalArgumentException("listener " + listener.name() + " has no certificate");
        }
        return new ServerTls(contexts, tls.minVersion());
    }

    private Certificate certificate(String name) {
        return snapshot.certificates().stream()
                .filter(certificate -> certificate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("certificate " + name + " is not in the snapshot"));
    }

    private LivePool pool(ObjectKey key) {
        LivePool pool = pools.get(key);
        if (pool == null) {
            throw new IllegalArgumentException("pool " + key + " is not in the snapshot");
        }
        return pool;
    }

    private RouteMeters routeMeters(String route, ObjectKey pool) {
        counted.add(new RouteId(snapshot.virtualService(), route, pool));
        return meters.routeMeters(snapshot.virtualService(), route, pool);
    }
}
