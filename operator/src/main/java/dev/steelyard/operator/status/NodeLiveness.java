package dev.steelyard.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells live nodes by their Leases: one is live while its Lease changes at least once in its duration. That is measured on the
 * operator's clock from one change to the next, so that a node whose clock is wrong is not taken for dead; only a Lease that is seen
 * for the first time is judged by the time it tells. Not thread-safe.
 */
public final class NodeLiveness {

    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(Instant renewed, Duration duration, Instant at) {}

    /**
     * Notes a Lease.
     *
     * @param node whose it is
     * @param renewed its {@code renewTime}
     * @param duration its {@code leaseDurationSeconds}
     * @param now on the operator's clock
     */
    public void renewed(String node, Instant renewed, Duration duration, Instant now) {
        Seen before = seen.get(node);
        if (before == null) {
            seen.put(node, new Seen(renewed, duration, renewed.isBefore(now) ? renewed : now));
        } else if (!before.renewed.equals(renewed) || !before.duration.equals(duration)) {
            seen.put(node, new Seen(renewed, duration, now));
        }
    }

    /** Forgets nodes without a Lease. */
    public void retain(Set<String> nodes) {
        seen.keySet().retainAll(nodes);
    }

    /** Whether the node is live at {@code now}. */
    public boolean live(String node, Instant now) {
        Seen last = seen.get(node);
        return last != null && now.isBefore(last.at.plus(last.duration));
    }
}
