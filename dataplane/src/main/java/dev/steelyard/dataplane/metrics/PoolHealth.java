package dev.steelyard.dataplane.metrics;

import java.util.Map;

/**
 * The endpoints of a pool at one moment.
 *
 * @param upByAddress whether each is up, by {@code IP:port}; not named are those whose first check has no result yet
 * @param total endpoints known, whatever they are
 * @param eligible those that take new work
 */
public record PoolHealth(Map<String, Boolean> upByAddress, int total, int eligible) {

    public PoolHealth {
        upByAddress = Map.copyOf(upByAddress);
    }
}
