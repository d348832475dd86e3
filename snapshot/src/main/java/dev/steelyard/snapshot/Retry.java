package dev.steelyard.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a request is sent again because an endpoint has failed.
 *
 * @param attempts how often at most, after the first time; 0..10
 * @param on after which failures, without repetition; never empty
 * @param perTry longest wait for the response's head in each attempt, above zero; absent: no limit
 * @param nonIdempotent whether also requests that an endpoint may have acted on, whose methods are not idempotent
 * @param budget bound on the retries of a pool
 */
public record Retry(int attempts, List<On> on, Optional<Duration> perTry, boolean nonIdempotent, Budget budget) {

    /** What holds without a policy. */
    public static final Retry DEFAULT =
            new Retry(2, List.of(On.CONNECT_FAILURE, On.REFUSED_STREAM), Optional.empty(), false, new Budget(20, 3));

    public Retry {
        on = List.copyOf(on);
    }

    /** A failure. */
    public enum On {
        /** No connection came about. */
        CONNECT_FAILURE,
        /** The endpoint says that it did nothing (HTTP/2). */
        REFUSED_STREAM,
        /** The connection ended before the response. */
        RESET,
        /** No response within {@link Retry#perTry}. */
        TIMEOUT,
        /** The response is a 502, 503 or 504. */
        GATEWAY_ERROR
    }

    /**
     * Bound on the retries that are under way at once to one pool from one node, those that wait for their turn among them.
     *
     * @param percent of the requests under way, 0..100
     * @param min so many always are allowed
     */
    public record Budget(int percent, int min) {}
}
