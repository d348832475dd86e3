package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Map;

/** Learns which endpoints of a pool are up: {@link Meters#endpoints}, or nobody. */
@FunctionalInterface
public interface EndpointMeters {

    /** Learns nothing. */
    EndpointMeters NONE = (pool, upByAddress) -> {};

    /**
     * Takes the state of a pool's endpoints each time it changes. Control thread.
     *
     * @param upByAddress whether each is up, by {@code IP:port}; not named are those whose first check has no result yet
     */
    void endpoints(ObjectKey pool, Map<String, Boolean> upByAddress);
}
