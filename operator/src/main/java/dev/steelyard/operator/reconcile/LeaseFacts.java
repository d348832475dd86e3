package dev.steelyard.operator.reconcile;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;

/**
 * What matters of a node's Lease.
 *
 * @param holder empty: given away
 * @param renewed when, on the holder's clock
 * @param duration how long that counts
 */
record LeaseFacts(String holder, Instant renewed, Duration duration) {

    /** Of the Leases in the operator's namespace, those of nodes. */
    static final String PREFIX = "node-";

    private static final int DEFAULT_SECONDS = 10;

    static LeaseFacts of(Lease lease) {
        if (lease.getSpec() == null || lease.getSpec().getRenewTime() == null) {
            return new LeaseFacts("", Instant.EPOCH, Duration.ZERO);
        }
        String holder = lease.getSpec().getHolderIdentity();
        Integer seconds = lease.getSpec().getLeaseDurationSeconds();
        return new LeaseFacts(
                holder == null ? "" : holder,
                lease.getSpec().getRenewTime().toInstant(),
                Duration.ofSeconds(seconds == null ? DEFAULT_SECONDS : seconds));
    }
}
