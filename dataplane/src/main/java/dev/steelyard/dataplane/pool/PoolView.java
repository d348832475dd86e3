package dev.steelyard.dataplane.pool;

import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator sees of a pool.
 *
 * @param protocol what its endpoints speak
 * @param check how they are checked; empty: not at all
 * @param eligible endpoints that take new work
 * @param endpoints in the order of the pool's members; those draining last
 * @param problems members that give no endpoint and why: names that do not resolve, addresses that are refused
 */
public record PoolView(
        ObjectKey pool,
        Algorithm algorithm,
        PoolProtocol protocol,
        Optional<HealthCheck.Probe> check,
        int eligible,
        List<EndpointView> endpoints,
        List<Problem> problems) {

    public PoolView {
        endpoints = List.copyOf(endpoints);
        problems = List.copyOf(problems);
    }

    /**
     * @param address {@code IP:port} or {@code name:port}
     * @param reason for people
     */
    public record Problem(String address, String reason) {}
}
