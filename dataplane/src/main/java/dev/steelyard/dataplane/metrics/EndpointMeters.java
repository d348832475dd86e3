package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;

/** Learns how the endpoints of a pool are: {@link Meters#endpoints}, or nobody. */
@FunctionalInterface
public interface EndpointMeters {

    /** Learns nothing. */
    EndpointMeters NONE = (pool, health) -> {};

    /** Takes the state of a pool's endpoints each time it changes. Control thread. */
    void endpoints(ObjectKey pool, PoolHealth health);
}
