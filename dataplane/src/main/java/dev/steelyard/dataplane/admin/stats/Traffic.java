package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.admin.view.Served.SocketView;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.metrics.Durations;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.metrics.RouteCounts;
import dev.steelyard.dataplane.metrics.RouteId;
import dev.steelyard.dataplane.pool.EndpointCounters.Counts;
import dev.steelyard.dataplane.pool.EndpointView;
import dev.steelyard.dataplane.pool.PoolView;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What goes through this node, as readings of its counters tell: those of virtual services, pools, endpoints and the whole. One thread.
 *
 * <p>Nothing is counted here: event loops pay no more for this than for metrics.
 */
final class Traffic {

    private final Meters meters;
    private final Series<RouteCounts> node = new Series<>(RouteCounts::requests);
    private final Map<ObjectKey, Series<RouteCounts>> services = new HashMap<>();
    private final Map<ObjectKey, Series<RouteCounts>> pools = new HashMap<>();
    private final Map<ObjectKey, Series<Durations>> connects = new HashMap<>();
    private final Map<ObjectKey, Series<Long>> accepted = new HashMap<>();
    private final Map<EndpointId, Series<Counts>> endpoints = new HashMap<>();
    private final History history = new History();

    /** Whom the counters of an endpoint belong to. */
    private record EndpointId(ObjectKey pool, String address, String targetUid) {

        static EndpointId of(ObjectKey pool, EndpointView endpoint) {
            return new EndpointId(pool, endpoint.address(), endpoint.targetUid());
        }
    }

    Traffic(Meters meters) {
        this.meters = meters;
    }

    /**
     * Takes the readings of a second.
     *
     * @param now as {@link System#nanoTime}
     * @param at the same by the clock on the wall
     */
    void read(View view, long now, Instant at) {
        Map<RouteId, RouteCounts> routes = meters.routeCounts();
        Map<ObjectKey, RouteCounts> byService = grouped(routes, RouteId::virtualService);
        RouteCounts all = byService.values().stream().reduce(meters.unmatchedCounts(), RouteCounts::plus);
        RouteCounts before = node.newest(all);
        node.add(now, all, connections(view.sockets()));
        Durations recent = all.durations().since(before.durations());
        history.add(at, node.lastPerSecond(), node.lastPerSecond(RouteCounts::errors), recent);

        Map<ObjectKey, RouteCounts> byPool = grouped(routes, RouteId::pool);
        Map<ObjectKey, List<SocketView>> sockets = socketsByService(view);
        Set<EndpointId> present = new HashSet<>();
        for (Snapshot snapshot : view.snapshots()) {
            ObjectKey key = snapshot.virtualService();
            List<SocketView> its = sockets.getOrDefault(key, List.of());
            services.computeIfAbsent(key, _ -> Series.fromNothing(RouteCounts::requests, RouteCounts.NONE, now))
                    .add(now, byService.getOrDefault(key, RouteCounts.NONE), connections(its));
            accepted.computeIfAbsent(key, _ -> new Series<>(Long::longValue)).add(now, accepted(its), connections(its));
        }
        for (PoolView pool : view.pools()) {
            ObjectKey key = pool.pool();
            pools.computeIfAbsent(key, _ -> Series.fromNothing(RouteCounts::requests, RouteCounts.NONE, now))
                    .add(now, byPool.getOrDefault(key, RouteCounts.NONE), inFlight(pool));
            connects.computeIfAbsent(key, _ -> new Series<>(Durations::count)).add(now, meters.connects(key), 0);
            for (EndpointView endpoint : pool.endpoints()) {
                EndpointId id = EndpointId.of(key, endpoint);
                present.add(id);
                endpoints
                        .computeIfAbsent(id, _ -> Series.fromNothing(Counts::asked, Counts.NONE, now))
                        .add(now, endpoint.counts(), endpoint.inFlight());
            }
        }
        Set<ObjectKey> served = keys(view.snapshots(), Snapshot::virtualService);
        services.keySet().retainAll(served);
        accepted.keySet().retainAll(served);
        Set<ObjectKey> known = keys(view.pools(), PoolView::pool);
        pools.keySet().retainAll(known);
        connects.keySet().retainAll(known);
        endpoints.keySet().retainAll(present);
    }

    private static <T> Set<ObjectKey> keys(List<T> items, Function<T, ObjectKey> key) {
        Set<ObjectKey> keys = new HashSet<>();
        items.forEach(item -> keys.add(key.apply(item)));
        return keys;
    }

    private static Map<ObjectKey, RouteCounts> grouped(
            Map<RouteId, RouteCounts> routes, Function<RouteId, ObjectKey> by) {
        Map<ObjectKey, RouteCounts> sums = new HashMap<>();
        routes.forEach((id, counts) -> sums.merge(by.apply(id), counts, RouteCounts::plus));
        return sums;
    }

    /** The sockets that each virtual service is served on, some perhaps with others. */
    static Map<ObjectKey, List<SocketView>> socketsByService(View view) {
        Map<ObjectKey, List<SocketView>> sockets = new HashMap<>();
        for (SocketView socket : view.sockets()) {
            socket.owners().stream()
                    .map(Owner::virtualService)
                    .distinct()
                    .forEach(service -> sockets.computeIfAbsent(service, _ -> new ArrayList<>())
                            .add(socket));
        }
        return sockets;
    }

    long connections(List<SocketView> sockets) {
        return sockets.stream()
                .mapToLong(
                        socket -> meters.listener(socket.listener().toString()).active())
                .sum();
    }

    private long accepted(List<SocketView> sockets) {
        return sockets.stream()
                .mapToLong(
                        socket -> meters.listener(socket.listener().toString()).accepted())
                .sum();
    }

    static long inFlight(PoolView pool) {
        return pool.endpoints().stream().mapToLong(EndpointView::inFlight).sum();
    }

    Series<RouteCounts> node() {
        return node;
    }

    Series<RouteCounts> service(ObjectKey key) {
        return services.getOrDefault(key, new Series<>(RouteCounts::requests));
    }

    /** The client connections of a virtual service's sockets. */
    Series<Long> accepted(ObjectKey virtualService) {
        return accepted.getOrDefault(virtualService, new Series<>(Long::longValue));
    }

    Series<RouteCounts> pool(ObjectKey key) {
        return pools.getOrDefault(key, new Series<>(RouteCounts::requests));
    }

    /** The connections made to a pool's endpoints. */
    Series<Durations> connects(ObjectKey pool) {
        return connects.getOrDefault(pool, new Series<>(Durations::count));
    }

    Series<Counts> endpoint(ObjectKey pool, EndpointView endpoint) {
        return endpoints.getOrDefault(EndpointId.of(pool, endpoint), new Series<>(Counts::asked));
    }

    History.Columns history() {
        return history.columns();
    }
}
