package dev.steelyard.dataplane.metrics;

import java.util.EnumMap;
import java.util.Map;

/**
 * What was counted of a route with a pool, or of several, up to one moment.
 *
 * @param byCodeClass requests that ended, by the first digit of their status; 0: not HTTP. Not to be changed
 * @param flags how many ended otherwise than by the endpoint's own answer; no zeros
 * @param retries tries on another endpoint
 * @param received bytes from clients
 * @param sent bytes to clients
 * @param durations of requests
 */
@SuppressWarnings("ArrayRecordComponent") // made for each reading, read once
public record RouteCounts(
        long[] byCodeClass,
        Map<ResponseFlag, Long> flags,
        long retries,
        long received,
        long sent,
        Durations durations) {

    /** Of nothing. */
    public static final RouteCounts NONE = new RouteCounts(new long[6], Map.of(), 0, 0, 0, Durations.NONE);

    /** Both together. */
    public RouteCounts plus(RouteCounts other) {
        long[] classes = byCodeClass.clone();
        for (int i = 0; i < classes.length; i++) {
            classes[i] += other.byCodeClass[i];
        }
        Map<ResponseFlag, Long> all = new EnumMap<>(ResponseFlag.class);
        all.putAll(flags);
        other.flags.forEach((flag, count) -> all.merge(flag, count, Long::sum));
        return new RouteCounts(
                classes,
                all,
                retries + other.retries,
                received + other.received,
                sent + other.sent,
                durations.plus(other.durations));
    }

    /** All that ended: requests (HTTP) and connections (TCP). */
    public long requests() {
        long sum = 0;
        for (long each : byCodeClass) {
            sum += each;
        }
        return sum;
    }

    /** Requests answered 5xx, and connections that came to nothing. */
    public long errors() {
        return byCodeClass[5]
                + (byCodeClass[0] == 0 ? 0 : flagged(ResponseFlag.NO_ENDPOINT, ResponseFlag.CONNECT_FAILED));
    }

    /** How many have one of these flags, or several. */
    public long flagged(ResponseFlag... which) {
        long sum = 0;
        for (ResponseFlag flag : which) {
            sum += flags.getOrDefault(flag, 0L);
        }
        return sum;
    }
}
