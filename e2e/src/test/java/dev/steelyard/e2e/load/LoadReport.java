package dev.steelyard.e2e.load;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a load saw.
 *
 * @param answered right answers
 * @param failures requests that did not get the complete answer that was due
 * @param retriedAfterIdleClose requests that met a connection just closed as idle and were sent again (RFC 9112 section
 *     9.3.1); not failures
 * @param byBackend right answers for each value of {@code X-Backend}
 * @param latencies of right answers, sorted, in nanoseconds from the request's first byte to the answer's last
 */
@SuppressWarnings("ArrayRecordComponent") // reports are not compared
public record LoadReport(
        long answered,
        List<Failure> failures,
        long retriedAfterIdleClose,
        Map<String, Long> byBackend,
        long[] latencies) {

    /** One failed request: when it was sent, how long it took, on a new or a used connection, and what went wrong. */
    public record Failure(Instant at, Duration after, boolean newConnection, String cause) {
        @Override
        public String toString() {
            return at + " after " + after.toMillis() + " ms, " + (newConnection ? "new" : "used") + " connection: "
                    + cause;
        }
    }

    /** The latency that a share of the right answers did not exceed, such as 0.99. */
    public Duration latency(double share) {
        return latencies.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(latencies[(int) Math.min(latencies.length - 1L, (long) (latencies.length * share))]);
    }

    /**
     * Fails with the failures, if there are any, and if fewer than {@code least} requests were answered, for then the load
     * shows nothing.
     */
    public LoadReport requireNoFailures(long least) {
        if (!failures.isEmpty() || answered < least) {
            throw new AssertionError(this);
        }
        return this;
    }

    @Override
    public String toString() {
        return answered + " answered " + byBackend + ", " + failures.size() + " failed, " + retriedAfterIdleClose
                + " retried after an idle close, p50 " + latency(0.5).toNanos() / 1000 + " us, p99 "
                + latency(0.99).toNanos() / 1000 + " us, max " + latency(1).toNanos() / 1000 + " us"
                + failures.stream().limit(20).map(failure -> "\n  " + failure).collect(Collectors.joining());
    }
}
