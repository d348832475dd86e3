package dev.steelyard.dataplane.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.atomic.LongAdder;

/** Durations by fixed bounds. Records from all threads without locks. */
final class Histogram {

    /** Upper bounds in seconds: from a local hit to the default request timeout. */
    private static final double[] BOUNDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, Double.POSITIVE_INFINITY
    };

    private static final long[] BOUNDS_NANOS = nanos();

    private final LongAdder[] counts = new LongAdder[BOUNDS.length];
    private final LongAdder sumNanos = new LongAdder();

    Histogram() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    private static long[] nanos() {
        long[] nanos = new long[BOUNDS.length];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = BOUNDS[i] == Double.POSITIVE_INFINITY ? Long.MAX_VALUE : Math.round(BOUNDS[i] * 1e9);
        }
        return nanos;
    }

    void record(long nanos) {
        int bucket = 0;
        while (nanos > BOUNDS_NANOS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
    }

    /** What was recorded so far. */
    Durations durations() {
        long[] values = new long[counts.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = counts[i].sum();
        }
        return new Durations(values, sumNanos.sum());
    }

    /** The upper bound of a bucket in seconds. */
    static double bound(int bucket) {
        return BOUNDS[bucket];
    }

    HistogramDataPointSnapshot collect(Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(BOUNDS, durations().counts()))
                .sum(sumNanos.sum() / 1e9)
                .labels(labels)
                .build();
    }
}
