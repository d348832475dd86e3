package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.pool.Endpoint;

/**
 * An endpoint that may take new work, and its share.
 *
 * @param weight 1..65535, relative to the pool's other endpoints
 */
public record WeightedEndpoint(Endpoint endpoint, int weight) {}
