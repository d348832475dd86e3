package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.health.Outcome.Fault;
import java.time.Duration;
import java.time.Instant;

/**
 * What an administrator sees of an endpoint.
 *
 * @param address {@code IP:port}, IPv6 in brackets
 * @param targetUid UID of the pod behind it, or empty
 * @param state what it is now
 * @param eligible whether it takes new work
 * @param reason why it is in that state, for people; may be empty
 * @param since when it came into that state
 * @param weight 0..65535
 * @param inFlight requests (HTTP) or connections (TCP) in flight from this node
 * @param admin what an administrator has said
 * @param counts what it was asked, and how it answered
 * @param checks what its checks have found
 */
public record EndpointView(
        String address,
        String targetUid,
        State state,
        boolean eligible,
        String reason,
        Instant since,
        int weight,
        int inFlight,
        AdminState admin,
        EndpointCounters.Counts counts,
        Checks checks) {

    /**
     * What checks of an endpoint have found since it joined its pool.
     *
     * @param fault how the last one ended
     * @param failures how many have failed
     * @param downs how often they have taken it down
     * @param down for how long it has been down in all
     */
    public record Checks(Fault fault, long failures, long downs, Duration down) {

        /** None has a result. */
        public static final Checks NONE = new Checks(Fault.NONE, 0, 0, Duration.ZERO);
    }

    /** What an endpoint is. */
    public enum State {
        /** Ready, and its checks succeed. */
        UP,
        /** Ready, and its pool has no checks. */
        UNCHECKED,
        /** Its first check has no result yet, and it is taken to be up. */
        ASSUMED_UP,
        /** Its first check has no result yet, and it takes work only where nothing better is left. */
        UNPROVEN,
        /** Its checks fail. */
        DOWN,
        /** Its Service does not call it ready. */
        NOT_READY,
        /** On its way out, still answering. */
        TERMINATING,
        /** Has left the pool; what is in flight is being finished. */
        DRAINING
    }
}
