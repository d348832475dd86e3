package dev.steelyard.dataplane;

import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ListenerTls;
import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import dev.steelyard.snapshot.Pool.Revision;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import dev.steelyard.snapshot.Route.WeightedPool;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes snapshots for tests: one virtual service at a time. */
public final class VirtualServices {

    private final ObjectKey key;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final List<Pool> pools = new ArrayList<>();
    private final List<Certificate> certificates = new ArrayList<>();
    private ListenerLimits limits = ListenerLimits.DEFAULT;
    private List<String> addresses = List.of("127.0.0.1");
    private List<String> trustedProxies = List.of();
    private boolean proxyProtocol;
    private int endPort;
    private Optional<Boolean> http3 = Optional.empty();
    private Timeouts timeouts = Timeouts.DEFAULT;
    private Optional<ProxyProtocolVersion> sendProxyProtocol = Optional.empty();
    private Optional<HealthCheck> healthCheck = Optional.empty();
    private PoolProtocol poolProtocol = PoolProtocol.HTTP1;
    private Optional<Answer.Redirect> redirect = Optional.empty();
    private Optional<Filters.Access> access = Optional.empty();
    private boolean http2;
    private long generation = 1;

    private VirtualServices(ObjectKey key) {
        this.key = key;
    }

    /** Begins the virtual service {@code shop/NAME}; its listeners are on 127.0.0.1. */
    public static VirtualServices named(String name) {
        return new VirtualServices(new ObjectKey("shop", name));
    }

    public VirtualServices generation(long value) {
        generation = value;
        return this;
    }

    /** For the listeners that follow; none: all addresses. */
    public VirtualServices on(String... values) {
        addresses = List.of(values);
        return this;
    }

    /** For the listeners that follow. */
    public VirtualServices limits(ListenerLimits value) {
        limits = value;
        return this;
    }

    /** For the HTTPS listeners that follow: whether HTTP/3 is offered beside, or taken back. */
    public VirtualServices http3(boolean offered) {
        http3 = Optional.of(offered);
        return this;
    }

    /** For the listeners that follow. */
    public VirtualServices trusting(String... cidrs) {
        trustedProxies = List.of(cidrs);
        return this;
    }

    /** The listeners that follow take connections from these proxies alone, with a PROXY protocol header. */
    public VirtualServices behind(String... cidrs) {
        proxyProtocol = true;
        return trusting(cidrs);
    }

    /** For the pools that follow. */
    public VirtualServices sending(ProxyProtocolVersion version) {
        sendProxyProtocol = Optional.of(version);
        return this;
    }

    /** For the pools that follow. */
    public VirtualServices checked(HealthCheck check) {
        healthCheck = Optional.of(check);
        return this;
    }

    /** For the pools that follow. */
    public VirtualServices speaking(PoolProtocol protocol) {
        poolProtocol = protocol;
        return this;
    }

    /** HTTPS listeners that follow offer HTTP/2. */
    public VirtualServices http2() {
        http2 = true;
        return this;
    }

    /** HTTP listeners that follow send their clients to HTTPS on that port. */
    public VirtualServices redirecting(int port) {
        redirect = Optional.of(
                new Answer.Redirect(308, Optional.of("https"), Optional.empty(), Optional.of(port), Optional.empty()));
        return this;
    }

    /** Listeners that follow let nobody in from there. */
    public VirtualServices denying(String... cidrs) {
        access = Optional.of(new Filters.Access(List.of(), List.of(cidrs)));
        return this;
    }

    public VirtualServices http(int port) {
        return listener("http-" + port, port, Protocol.HTTP, Optional.empty(), Optional.empty());
    }

    public VirtualServices https(int port, Certificate... shown) {
        return https(port, TlsVersion.TLS_1_2, shown);
    }

    public VirtualServices https(int port, TlsVersion minVersion, Certificate... shown) {
        return https(port, minVersion, Optional.empty(), shown);
    }

    /** Clients are asked for certificates. */
    public VirtualServices https(int port, ClientAuth clients, Certificate... shown) {
        return https(port, TlsVersion.TLS_1_2, Optional.of(clients), shown);
    }

    private VirtualServices https(int port, TlsVersion minVersion, Optional<ClientAuth> clients, Certificate... shown) {
        for (Certificate certificate : shown) {
            if (!certificates.contains(certificate)) {
                certificates.add(certificate);
            }
        }
        List<String> names = List.of(shown).stream().map(Certificate::name).toList();
        return listener(
                "https-" + port,
                port,
                Protocol.HTTPS,
                Optional.of(new ListenerTls(names, minVersion, http2, clients, http3)),
                Optional.empty());
    }

    public VirtualServices tcp(int port, String pool) {
        return listener("tcp-" + port, port, Protocol.TCP, Optional.empty(), Optional.of(poolKey(pool)));
    }

    /** Connections to all ports from {@code port} to {@code last}. */
    public VirtualServices tcp(int port, int last, String pool) {
        endPort = last;
        tcp(port, pool);
        endPort = 0;
        return this;
    }

    public VirtualServices udp(int port, String pool) {
        return listener("udp-" + port, port, Protocol.UDP, Optional.empty(), Optional.of(poolKey(pool)));
    }

    /** For the listeners and routes that follow. */
    public VirtualServices timeouts(Timeouts value) {
        timeouts = value;
        return this;
    }

    public VirtualServices passThrough(int port, String pool) {
        return listener("tls-" + port, port, Protocol.TLS, Optional.empty(), Optional.of(poolKey(pool)));
    }

    public VirtualServices hosts(String... values) {
        hosts.addAll(List.of(values));
        return this;
    }

    /** A route for paths below {@code prefix}, named as its pool. */
    public VirtualServices route(String prefix, String pool) {
        return route(pool, new PathMatch(PathMatch.Type.PREFIX, prefix), new WeightedPool(poolKey(pool), 1));
    }

    public VirtualServices route(String name, PathMatch path, WeightedPool... to) {
        routes.add(new Route(name, path, List.of(), List.of(to), timeouts));
        return this;
    }

    public VirtualServices pool(String name, InetSocketAddress... endpoints) {
        List<Member> members = new ArrayList<>();
        for (InetSocketAddress endpoint : endpoints) {
            members.add(new Member.OfAddress(endpoint.getAddress().getHostAddress(), endpoint.getPort(), 1));
        }
        return pool(name, members.toArray(Member[]::new));
    }

    public VirtualServices pool(String name, Member... members) {
        pools.add(new Pool(
                poolKey(name),
                new Revision(Instant.EPOCH, generation),
                poolProtocol,
                Algorithm.ROUND_ROBIN,
                List.of(members),
                healthCheck,
                Connections.DEFAULT,
                sendProxyProtocol,
                Optional.empty()));
        return this;
    }

    public Snapshot snapshot() {
        return new Snapshot(
                SnapshotCodec.FORMAT_VERSION, key, generation, listeners, hosts, routes, pools, certificates);
    }

    private ObjectKey poolKey(String name) {
        return new ObjectKey(key.namespace(), name);
    }

    private VirtualServices listener(
            String name, int port, Protocol protocol, Optional<ListenerTls> tls, Optional<ObjectKey> pool) {
        listeners.add(new Listener(
                name,
                addresses,
                port,
                protocol,
                limits,
                trustedProxies,
                tls,
                pool,
                timeouts,
                proxyProtocol,
                Optional.empty(),
                endPort,
                protocol == Protocol.HTTP ? redirect : Optional.empty(),
                access));
        return this;
    }
}
