package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.operator.resolve.Settings.VirtualAddresses;
import dev.steelyard.operator.standalone.Loader.Loaded;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerTls;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.UpstreamTls;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;

/**
 * {@code steelyard explain}: which way a request would take by what files say, and why not another. It asks no endpoint, so it does not know
 * which of them are healthy.
 */
public final class Explain {

    private final Loaded loaded;
    private final PrintStream out;

    private Explain(Loaded loaded, PrintStream out) {
        this.loaded = loaded;
        this.out = out;
    }

    /**
     * Explains.
     *
     * @param out receives the explanation
     * @param err receives what is wrong with the files
     * @return whether the request would reach a pool, or be answered as its route says
     */
    public static boolean run(
            List<Path> paths, ExplainedRequest request, InstantSource clock, PrintStream out, PrintStream err) {
        Loaded loaded = new Loader(new FileSet(paths), Settings.standalone(0, VirtualAddresses.IGNORED), clock).load();
        loaded.complaints().forEach(err::println);
        return new Explain(loaded, out).explain(request);
    }

    private boolean explain(ExplainedRequest request) {
        List<Match> onPort = loaded.snapshots().values().stream()
                .flatMap(snapshot -> snapshot.listeners().stream().map(listener -> new Match(snapshot, listener)))
                .filter(match -> match.listener.port() == request.port()
                        || (match.listener.port() < request.port() && request.port() <= match.listener.endPort()))
                .toList();
        List<Match> speaking = onPort.stream()
                .filter(match -> match.listener.protocol() == request.protocol())
                .toList();
        if (speaking.isEmpty()) {
            out.println("no listener: "
                    + (onPort.isEmpty()
                            ? "nothing listens on port " + request.port() + "; there are " + listeners()
                            : "port " + request.port() + " speaks "
                                    + onPort.getFirst().listener.protocol() + ", not " + request.protocol()));
            return false;
        }
        boolean byHost = request.protocol() != Protocol.TCP && request.protocol() != Protocol.UDP;
        Optional<Match> found = speaking.stream()
                .filter(match -> !byHost || hostRank(match.snapshot, request.host()) > 0)
                .max((one, other) -> Integer.compare(
                        hostRank(one.snapshot, request.host()), hostRank(other.snapshot, request.host())));
        if (found.isEmpty()) {
            out.println("no virtual service: nobody on port " + request.port() + " answers for host " + request.host()
                    + (request.protocol() == Protocol.TLS ? " (the handshake is refused)" : " (404)")
                    + "; hosts there are "
                    + speaking.stream()
                            .flatMap(match -> match.snapshot.hosts().stream())
                            .sorted()
                            .toList());
            return false;
        }
        Snapshot snapshot = found.get().snapshot;
        Listener listener = found.get().listener;
        out.println("listener         " + listener.name() + ", " + listener.protocol() + " on port " + ports(listener));
        listener.tls()
                .flatMap(ListenerTls::clientAuth)
                .ifPresent(clients -> out.println("  clients " + (clients.required() ? "have to" : "may")
                        + " show a certificate of the listener's authorities"));
        out.println("virtual service  " + snapshot.virtualService() + ", by "
                + (!byHost
                        ? "having the port"
                        : snapshot.hosts().isEmpty()
                                ? "having no hosts: it answers for all that nobody names"
                                : "host "
                                        + matchingHost(snapshot, request.host()).orElse("")));
        if (listener.proxyProtocol()) {
            out.println("  only from " + String.join(", ", listener.trustedProxies())
                    + ", whose PROXY protocol header tells the client's address");
        }
        if (listener.pool().isPresent()) {
            ExplainedPolicies.of(listener).forEach(line -> out.println("  " + line));
            pool(snapshot, listener.pool().get(), "", "");
            return true;
        }
        if (listener.redirect().isPresent()) {
            ExplainedWay.answer(listener.redirect().get(), request).forEach(out::println);
            return true;
        }
        return route(snapshot, request);
    }

    private record Match(Snapshot snapshot, Listener listener) {}

    private boolean route(Snapshot snapshot, ExplainedRequest request) {
        for (Route route : snapshot.routes()) {
            Optional<String> reason = request.mismatch(route);
            if (reason.isPresent()) {
                out.println("  not by route   " + route.name() + ": " + reason.get());
                continue;
            }
            out.println("route            " + route.name() + ", by " + ExplainedWay.reasons(route, request));
            ExplainedPolicies.of(route).forEach(line -> out.println("  " + line));
            ExplainedFilters.of(route, request).forEach(line -> out.println("  " + line));
            if (!ExplainedFilters.admitted(route, request)) {
                return false;
            }
            if (route.answer().isPresent()) {
                ExplainedWay.answer(route.answer().get(), request).forEach(out::println);
                return true;
            }
            int sum =
                    route.pools().stream().mapToInt(Route.WeightedPool::weight).sum();
            String path = ExplainedFilters.path(route, request);
            for (Route.WeightedPool pool : route.pools()) {
                pool(snapshot, pool.pool(), route.pools().size() == 1 ? "" : share(pool.weight(), sum), path);
            }
            return true;
        }
        out.println("no route: no route matches and there is no spec.pool (404)");
        return false;
    }

    private static String share(int weight, int sum) {
        return ", for " + String.format(Locale.ROOT, "%.1f", 100.0 * weight / sum) + " % of requests";
    }

    private void pool(Snapshot snapshot, ObjectKey key, String share, String path) {
        Pool pool = snapshot.pools().stream()
                .filter(one -> one.key().equals(key))
                .findFirst()
                .orElseThrow();
        if (key.name().startsWith("!")) {
            out.println("pool             " + key.name().substring(1) + share
                    + ": unresolved, answers 503; the lines on stderr say why");
            return;
        }
        out.println("pool             " + key + share + ", "
                + pool.algorithm().name().toLowerCase(Locale.ROOT)
                + pool.sendProxyProtocol()
                        .map(version -> ", each connection begins with a PROXY protocol header, " + version)
                        .orElse(""));
        if (pool.members().isEmpty()) {
            out.println("  no endpoints: answers 503");
        }
        pool.tls().ifPresent(tls -> out.println("  over TLS, " + described(tls)));
        ExplainedWay.program(pool, path).ifPresent(program -> out.println("  " + program));
        pool.members().forEach(this::member);
        pool.healthCheck()
                .ifPresent(check -> out.println(
                        "  checks every " + check.interval().toMillis() + " ms decide which of these are up"));
    }

    private static String described(UpstreamTls tls) {
        String name = tls.serverName().isEmpty() ? "the member's host or the endpoint's address" : tls.serverName();
        return (tls.verify()
                        ? "certificate for " + name + " by "
                                + (tls.authorities().isEmpty() ? "the system's authorities" : "the pool's authorities")
                        : "certificate not verified")
                + tls.clientCertificate()
                        .map(certificate -> ", shows certificate " + certificate.name())
                        .orElse("");
    }

    private void member(Member member) {
        switch (member) {
            case Member.OfAddress fixed ->
                endpoint(address(fixed.address(), fixed.port()), fixed.weight(), Optional.empty());
            case Member.OfHost named ->
                endpoint(
                        named.host() + ":" + named.port() + " (each address that DNS has for it)",
                        named.weight(),
                        Optional.empty());
            case Member.OfService service -> service(service, loaded.endpoints());
        }
    }

    private void service(Member.OfService member, SortedMap<ObjectKey, List<ServiceEndpoint>> endpoints) {
        List<ServiceEndpoint> found = endpoints.getOrDefault(member.service(), List.of());
        if (found.isEmpty()) {
            out.println("  Service " + member.service() + ": no EndpointSlice names any endpoint");
        }
        for (ServiceEndpoint endpoint : found) {
            Optional<String> excluded = Optional.empty();
            if (!endpoint.portName().equals(member.portName())) {
                excluded = Optional.of("its port is "
                        + (endpoint.portName().isEmpty() ? "unnamed" : endpoint.portName())
                        + ", the pool uses " + member.portName());
            } else if (endpoint.terminating()) {
                excluded = Optional.of("it is terminating");
            } else if (!endpoint.ready()) {
                excluded = Optional.of("it is not ready");
            }
            endpoint(address(endpoint.address(), endpoint.port()), member.weight(), excluded);
        }
    }

    private void endpoint(String address, int weight, Optional<String> excluded) {
        Optional<String> reason = weight == 0 ? Optional.of("its weight is 0") : excluded;
        out.println(reason.map(why -> "  - " + address + " excluded: " + why)
                .orElseGet(() -> "  + " + address + ", weight " + weight));
    }

    private static String ports(Listener listener) {
        return listener.endPort() == 0 ? "" + listener.port() : listener.port() + "-" + listener.endPort();
    }

    private String listeners() {
        return loaded.snapshots().values().stream()
                .flatMap(snapshot -> snapshot.listeners().stream())
                .map(listener -> listener.protocol() + " on " + ports(listener))
                .distinct()
                .sorted()
                .toList()
                .toString();
    }

    /** 0: does not answer for the host; else the higher, the more specific. */
    private static int hostRank(Snapshot snapshot, String host) {
        return snapshot.hosts().isEmpty()
                ? 1
                : matchingHost(snapshot, host)
                        .map(found -> found.startsWith("*") ? found.length() : 1000)
                        .orElse(0);
    }

    private static Optional<String> matchingHost(Snapshot snapshot, String host) {
        if (snapshot.hosts().contains(host)) {
            return Optional.of(host);
        }
        return snapshot.hosts().stream()
                .filter(one -> one.startsWith("*") && host.endsWith(one.substring(1)) && host.length() >= one.length())
                .max((one, other) -> Integer.compare(one.length(), other.length()));
    }

    private static String address(String address, int port) {
        return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
    }
}
