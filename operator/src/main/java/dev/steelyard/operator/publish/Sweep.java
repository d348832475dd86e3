package dev.steelyard.operator.publish;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides which snapshot Secrets to delete: those that no index has named for a grace period, so that a node that lags still finds
 * what its index names. More than half of all at once need two looks, a grace period apart. Not thread-safe.
 */
final class Sweep {

    private final Duration grace;
    private final Map<String, Instant> unnamedSince = new HashMap<>();
    private Set<String> suspects = Set.of();
    private Instant suspectedAt = Instant.EPOCH;

    Sweep(Duration grace) {
        this.grace = grace;
    }

    /**
     * @param stored names of all snapshot Secrets
     * @param named names that the index has
     * @param now time of this look
     * @return names of Secrets to delete now
     */
    Set<String> due(Set<String> stored, Set<String> named, Instant now) {
        unnamedSince.keySet().retainAll(stored);
        unnamedSince.keySet().removeAll(named);
        Set<String> due = new TreeSet<>();
        for (String name : stored) {
            if (!named.contains(name)
                    && !now.isBefore(
                            unnamedSince.computeIfAbsent(name, _ -> now).plus(grace))) {
                due.add(name);
            }
        }
        if (due.size() * 2 <= stored.size()) {
            suspects = Set.of();
            return due;
        }
        if (suspects.isEmpty()) {
            suspects = due;
            suspectedAt = now;
            return Set.of();
        }
        if (now.isBefore(suspectedAt.plus(grace))) {
            return Set.of();
        }
        due.retainAll(suspects);
        suspects = Set.of();
        return due;
    }
}
