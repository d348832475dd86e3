package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whether virtual services reach their clients and their endpoints. Worked out at each scrape, lest every change of a pool costs a walk over
 * all virtual services.
 */
final class VirtualServiceGauges {

    /** By virtual service, whether each listener is bound. */
    private volatile Map<ObjectKey, Map<String, Boolean>> bound = Map.of();

    void bound(Map<ObjectKey, Map<String, Boolean>> listeners) {
        bound = listeners;
    }

    /**
     * @param routes those in force
     * @param takesWork whether a pool has an endpoint that takes work
     */
    void collect(Families families, Collection<RouteId> routes, Predicate<ObjectKey> takesWork) {
        // What only answers by itself needs no pool; of others one pool has to take work.
        Map<ObjectKey, Boolean> reaches = new HashMap<>();
        for (RouteId route : routes) {
            if (!route.pool().equals(RouteId.NO_POOL)) {
                reaches.merge(route.virtualService(), takesWork.test(route.pool()), Boolean::logicalOr);
            }
        }
        bound.forEach((service, listeners) -> {
            Labels labels = Labels.of("namespace", service.namespace(), "virtual_service", service.name());
            boolean up = listeners.containsValue(true) && reaches.getOrDefault(service, true);
            families.serviceUp.dataPoint(new GaugeDataPointSnapshot(up ? 1 : 0, labels, null));
            listeners.forEach((listener, its) -> families.listenerBound.dataPoint(
                    new GaugeDataPointSnapshot(its ? 1 : 0, labels.add("listener", listener), null)));
        });
    }
}
