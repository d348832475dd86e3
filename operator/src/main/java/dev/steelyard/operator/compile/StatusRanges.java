package dev.steelyard.operator.compile;

import dev.steelyard.snapshot.HealthCheck.StatusRange;

/** Statuses as users write them. */
final class StatusRanges {

    private StatusRanges() {}

    /** Reads {@code 204} or {@code 200-399}. */
    static StatusRange parse(String text) {
        String[] ends = text.split("-", -1);
        return new StatusRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }
}
