package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import io.prometheus.metrics.model.snapshots.Labels;

/**
 * What requests are counted by.
 *
 * @param virtualService whose route it is
 * @param route the route's name; for TCP the listener's
 * @param pool where it leads; {@link #NO_POOL} for what is answered here
 */
public record RouteId(ObjectKey virtualService, String route, ObjectKey pool) {

    /** In the place of a pool: its label is empty. */
    public static final ObjectKey NO_POOL = new ObjectKey("", "");

    Labels labels() {
        return labels(virtualService.namespace(), virtualService.name(), route, poolName());
    }

    /** A pool of the same namespace goes by its name, as it does in the VirtualService. */
    private String poolName() {
        return pool.equals(NO_POOL)
                ? ""
                : pool.namespace().equals(virtualService.namespace()) ? pool.name() : pool.toString();
    }

    static Labels labels(String namespace, String virtualService, String route, String pool) {
        return Labels.of("namespace", namespace, "virtual_service", virtualService, "route", route, "pool", pool);
    }
}
