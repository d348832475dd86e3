package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.pool.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among a fixed set of eligible endpoints. One instance serves one event loop and is used on that loop's thread alone, so it
 * needs no locks; a change of the set makes new balancers, each given the one it follows.
 *
 * <p>Knows nothing of health, tiers, slow start or persistence: its endpoints are those that may take new work now.
 */
public interface Balancer {

    /**
     * The endpoint to use.
     *
     * @param key for hashing algorithms, the hash of what the request is told apart by; ignored by others
     * @param exclusion endpoints already tried in vain; those are skipped
     * @return null if there is none, or all are excluded or full
     */
    @Nullable
    Endpoint choose(long key, Exclusion exclusion);

    /** Which endpoints are not to be chosen for this request. */
    @FunctionalInterface
    interface Exclusion {

        /** Excludes nothing. */
        Exclusion NONE = endpoint -> false;

        boolean excludes(Endpoint endpoint);
    }
}
