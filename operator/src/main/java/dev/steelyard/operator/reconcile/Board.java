package dev.steelyard.operator.reconcile;

import dev.steelyard.snapshot.ObjectKey;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The statuses that the objects of one kind should have. Written by the pipeline, read by reconcilers.
 *
 * @param <S> status
 */
final class Board<S> {

    private final Map<ObjectKey, Desired<S>> desired = new ConcurrentHashMap<>();
    private volatile Consumer<ObjectKey> gone = _ -> {};

    /**
     * @param uid of the object that is meant: one of the same name that came later is another
     * @param status with conditions whose transition times do not count
     */
    record Desired<S>(String uid, S status) {}

    /** Told of objects that have no desired status any more. Called on the pipeline's thread; must not block. */
    void onGone(Consumer<ObjectKey> told) {
        gone = told;
    }

    /** Replaces everything, and tells whose status changed. */
    Set<ObjectKey> post(Map<ObjectKey, Desired<S>> all) {
        Set<ObjectKey> changed = new HashSet<>();
        all.forEach((key, next) -> {
            if (!next.equals(desired.put(key, next))) {
                changed.add(key);
            }
        });
        retain(all.keySet());
        return changed;
    }

    Optional<Desired<S>> of(ObjectKey key) {
        return Optional.ofNullable(desired.get(key));
    }

    /** Forgets everything: nothing is to be written any more. */
    void clear() {
        retain(Set.of());
    }

    private void retain(Set<ObjectKey> keys) {
        desired.keySet().removeIf(key -> {
            if (keys.contains(key)) {
                return false;
            }
            gone.accept(key);
            return true;
        });
    }
}
