package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which objects are gone. They have no finalizers, so their absence from a list is all there is to see, and a list can be
 * wrong: a cache that has just reconnected, a stale API server. When more than half are missing, the API server is asked once more,
 * directly.
 */
public final class Departures {

    private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

    private Departures() {}

    /**
     * @param known objects that were there
     * @param listed objects in the cache
     * @param ask lists the objects that the API server has now; may throw
     * @return those of {@code known} that are gone for certain; the others stay in force
     */
    public static Set<ObjectKey> gone(Set<ObjectKey> known, Set<ObjectKey> listed, Supplier<Set<ObjectKey>> ask) {
        Set<ObjectKey> missing = new TreeSet<>(known);
        missing.removeAll(listed);
        if (missing.size() * 2 <= known.size()) {
            return missing;
        }
        try {
            Set<ObjectKey> there = ask.get();
            if (missing.removeAll(there)) {
                LOG.warn("the cache lacks objects that the API server has; they stay in force");
            }
            return missing;
        } catch (RuntimeException e) {
            LOG.warn(
                    "{} of {} objects seem to be gone and the API server does not confirm it; they stay"
                            + " in force: {}",
                    missing.size(),
                    known.size(),
                    e.getMessage());
            return Set.of();
        }
    }
}
