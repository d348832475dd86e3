package dev.steelyard.dataplane.admin;

import dev.steelyard.dataplane.admin.view.Served.SocketView;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What the API shows, as records that become JSON. Certificates go by name; keys are never among them. */
final class ApiViews {

    private final Meters meters;
    private final Map<ObjectKey, Digest> digests = new ConcurrentHashMap<>();

    ApiViews(Meters meters) {
        this.meters = meters;
    }

    record VirtualServices(List<VirtualServiceView> virtualServices) {}

    record VirtualServiceView(
            ObjectKey virtualService,
            long generation,
            List<String> hosts,
            List<ListenerView> listeners,
            List<RouteView> routes) {}

    record ListenerView(
            String name,
            List<String> addresses,
            int port,
            int endPort,
            String protocol,
            List<String> certificates,
            String pool,
            boolean bound,
            String problem) {}

    record RouteView(String name, String pathType, String path, List<String> methods, List<PoolShare> pools) {}

    record PoolShare(ObjectKey pool, int weight) {}

    record Pools(List<PoolOnNode> pools) {}

    record PoolOnNode(
            ObjectKey pool,
            String algorithm,
            int eligible,
            int total,
            List<EndpointOnNode> endpoints,
            List<ProblemView> problems) {}

    record EndpointOnNode(
            String address,
            String targetUid,
            String state,
            boolean eligible,
            String reason,
            Instant since,
            int weight,
            int inFlight,
            String admin) {}

    record ProblemView(String address, String reason) {}

    record Addresses(List<AddressView> addresses) {}

    record AddressView(
            String address,
            int port,
            String transport,
            boolean bound,
            String problem,
            long connections,
            List<OwnerView> owners) {}

    record OwnerView(ObjectKey virtualService, String listener) {}

    record Config(
            String version,
            int formatVersion,
            long epoch,
            long appliedRevision,
            SortedMap<ObjectKey, SnapshotView> snapshots,
            List<Rejected> rejected,
            List<ListenerFailure> listenerFailures) {}

    record SnapshotView(long generation, String digest) {}

    private record Digest(Snapshot snapshot, String digest) {}

    VirtualServices virtualServices(View view) {
        return new VirtualServices(view.snapshots().stream()
                .map(snapshot -> virtualService(snapshot, view))
                .toList());
    }

    private static VirtualServiceView virtualService(Snapshot snapshot, View view) {
        return new VirtualServiceView(
                snapshot.virtualService(),
                snapshot.generation(),
                snapshot.hosts(),
                snapshot.listeners().stream()
                        .map(listener -> listener(snapshot.virtualService(), listener, view))
                        .toList(),
                snapshot.routes().stream().map(ApiViews::route).toList());
    }

    /** A listener is bound when all its sockets are. */
    private static ListenerView listener(ObjectKey virtualService, Listener listener, View view) {
        List<SocketView> sockets = view.sockets().stream()
                .filter(socket -> socket.owners().stream()
                        .anyMatch(owner -> owner.virtualService().equals(virtualService)
                                && owner.listener().equals(listener.name())))
                .toList();
        return new ListenerView(
                listener.name(),
                listener.addresses(),
                listener.port(),
                Math.max(listener.port(), listener.endPort()),
                listener.protocol().name(),
                listener.tls().map(tls -> tls.certificates()).orElse(List.of()),
                listener.pool().map(ObjectKey::toString).orElse(""),
                !sockets.isEmpty() && sockets.stream().allMatch(SocketView::bound),
                sockets.stream()
                        .map(SocketView::problem)
                        .filter(problem -> !problem.isEmpty())
                        .collect(Collectors.joining("; ")));
    }

    private static RouteView route(Route route) {
        return new RouteView(
                route.name(),
                pascalCase(route.path().type()),
                route.path().value(),
                route.methods(),
                route.pools().stream()
                        .map(pool -> new PoolShare(pool.pool(), pool.weight()))
                        .toList());
    }

    Pools pools(View view) {
        return new Pools(view.pools().stream()
                .map(pool -> new PoolOnNode(
                        pool.pool(),
                        pascalCase(pool.algorithm()),
                        pool.eligible(),
                        pool.endpoints().size(),
                        pool.endpoints().stream()
                                .map(endpoint -> new EndpointOnNode(
                                        endpoint.address(),
                                        endpoint.targetUid(),
                                        pascalCase(endpoint.state()),
                                        endpoint.eligible(),
                                        endpoint.reason(),
                                        endpoint.since(),
                                        endpoint.weight(),
                                        endpoint.inFlight(),
                                        pascalCase(endpoint.admin())))
                                .toList(),
                        pool.problems().stream()
                                .map(problem -> new ProblemView(problem.address(), problem.reason()))
                                .toList()))
                .toList());
    }

    Addresses addresses(View view) {
        return new Addresses(view.sockets().stream()
                .map(socket -> new AddressView(
                        socket.listener().address(),
                        socket.listener().port(),
                        socket.listener().udp() ? "UDP" : "TCP",
                        socket.bound(),
                        socket.problem(),
                        meters.listener(socket.listener().toString()).active(),
                        socket.owners().stream()
                                .map(owner -> new OwnerView(owner.virtualService(), owner.listener()))
                                .toList()))
                .toList());
    }

    Config config(View view) {
        SortedMap<ObjectKey, SnapshotView> snapshots = new TreeMap<>();
        view.snapshots()
                .forEach(snapshot -> snapshots.put(
                        snapshot.virtualService(), new SnapshotView(snapshot.generation(), digest(snapshot))));
        digests.keySet().retainAll(snapshots.keySet());
        return new Config(
                view.report().version(),
                view.report().formatVersion(),
                view.report().epoch(),
                view.report().appliedRevision(),
                snapshots,
                view.report().rejected(),
                view.report().listenerFailures());
    }

    /** Encoding is work: it is done once for each object. */
    @SuppressWarnings("ReferenceEquality") // comparing contents costs as much as encoding
    private String digest(Snapshot snapshot) {
        return digests.compute(
                        snapshot.virtualService(),
                        (key, known) -> known != null && known.snapshot() == snapshot
                                ? known
                                : new Digest(
                                        snapshot, SnapshotCodec.encode(snapshot).digest()))
                .digest();
    }

    /** Enum values as the custom resources spell them. */
    static String pascalCase(Enum<?> value) {
        return Arrays.stream(value.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }
}
