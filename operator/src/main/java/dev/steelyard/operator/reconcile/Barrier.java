package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Resolution;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Holds a changed spec back while something that it names is not there yet, though its predecessor lacks nothing: each kind has a
 * watch of its own, so what was applied together may be seen in any order, and live traffic should not be turned away meanwhile. It
 * gives up after {@link #PATIENCE_NANOS}, for a name may be wrong as well. For the pipeline's thread.
 */
final class Barrier {

    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Map<ObjectRef, Long> since = new HashMap<>();
    private Set<ObjectRef> lackedBefore = Set.of();

    /**
     * Which objects are to stay as they are.
     *
     * @param changed those whose state in force would become another
     * @param resolution of everything as it is declared
     * @param now monotonic, in nanoseconds
     */
    Set<ObjectRef> hold(Set<ObjectRef> changed, Resolution resolution, long now) {
        Set<ObjectRef> waiting = new HashSet<>(lacking(resolution));
        waiting.retainAll(changed);
        waiting.removeAll(lackedBefore);
        since.keySet().retainAll(waiting);
        waiting.removeIf(object -> now - since.computeIfAbsent(object, _ -> now) >= PATIENCE_NANOS);
        return Collections.unmodifiableSet(waiting);
    }

    /** Notes what has been put in force. */
    void passed(Resolution resolution) {
        lackedBefore = lacking(resolution);
    }

    private static Set<ObjectRef> lacking(Resolution resolution) {
        return resolution.problems().stream()
                .filter(problem -> problem.effect() == Problem.Effect.UNRESOLVED)
                .filter(problem -> problem.reason() == Reason.REF_NOT_FOUND)
                .map(Problem::object)
                .collect(Collectors.toSet());
    }
}
