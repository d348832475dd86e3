package dev.steelyard.dataplane.filter;

import dev.steelyard.dataplane.pool.LivePool;

/**
 * Where copies of requests go. Immutable.
 *
 * @param percent of requests, 0..100
 */
public record Mirroring(LivePool pool, int percent) {}
