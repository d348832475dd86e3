package dev.steelyard.dataplane.metrics;

import java.util.Arrays;
import java.util.OptionalDouble;

/** How long things took, by the buckets of the histograms in {@code /metrics}, up to one moment. Immutable. */
public final class Durations {

    /** Of nothing. */
    public static final Durations NONE = new Durations(new long[0], 0);

    private final long[] counts;
    private final long sumNanos;

    /** @param counts by bucket; not to be changed */
    Durations(long[] counts, long sumNanos) {
        this.counts = counts;
        this.sumNanos = sumNanos;
    }

    long[] counts() {
        return counts;
    }

    /** How many were recorded. */
    public long count() {
        return Arrays.stream(counts).sum();
    }

    /** Both together. */
    public Durations plus(Durations other) {
        return combined(other, 1);
    }

    /** Those recorded since {@code before}, which is an earlier one of the same. */
    public Durations since(Durations before) {
        return combined(before, -1);
    }

    private Durations combined(Durations other, int sign) {
        long[] all = Arrays.copyOf(counts, Math.max(counts.length, other.counts.length));
        for (int i = 0; i < other.counts.length; i++) {
            all[i] += sign * other.counts[i];
        }
        return new Durations(all, sumNanos + sign * other.sumNanos);
    }

    /** The mean in milliseconds; empty if there is none. */
    public OptionalDouble meanMillis() {
        long count = count();
        return count <= 0 ? OptionalDouble.empty() : OptionalDouble.of(sumNanos / 1e6 / count);
    }

    /**
     * What the given share of them did not exceed, in milliseconds, taken to be spread evenly within a bucket; empty if there are none.
     *
     * @param share 0..1
     */
    public OptionalDouble quantileMillis(double share) {
        long count = count();
        if (count <= 0) {
            return OptionalDouble.empty();
        }
        double wanted = share * count;
        double below = 0;
        for (int i = 0; i < counts.length; i++) {
            double from = i == 0 ? 0 : Histogram.bound(i - 1);
            if (below + counts[i] >= wanted && counts[i] > 0) {
                double to = Histogram.bound(i);
                double seconds = Double.isInfinite(to) ? from : from + (to - from) * (wanted - below) / counts[i];
                return OptionalDouble.of(seconds * 1e3);
            }
            below += counts[i];
        }
        return OptionalDouble.empty();
    }
}
