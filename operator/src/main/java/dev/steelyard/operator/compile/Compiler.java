package dev.steelyard.operator.compile;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Memo;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compiles virtual services, each alone and only when its model has changed: an unchanged one keeps the very same snapshot. For one thread.
 */
public final class Compiler {

    private final Memo<ObjectKey, ServiceModel, Attempt> attempts;
    private SortedMap<ObjectKey, RuntimeException> failures = new TreeMap<>();

    private record Attempt(Optional<Snapshot> snapshot, Optional<RuntimeException> failure) {}

    public Compiler() {
        this(SnapshotCompiler::compile);
    }

    /** @param one how one virtual service is compiled; pure */
    public Compiler(Function<ServiceModel, Snapshot> one) {
        attempts = new Memo<>(model -> attempt(one, model));
    }

    /** The snapshots of all that is to be served and could be compiled. */
    public SortedMap<ObjectKey, Snapshot> compile(Resolution resolution) {
        TreeMap<ObjectKey, Snapshot> snapshots = new TreeMap<>();
        TreeMap<ObjectKey, RuntimeException> failed = new TreeMap<>();
        attempts.apply(resolution.virtualServices()).forEach((key, attempt) -> {
            attempt.snapshot().ifPresent(snapshot -> snapshots.put(key, snapshot));
            attempt.failure().ifPresent(failure -> failed.put(key, failure));
        });
        failures = failed;
        return snapshots;
    }

    /** What the last call could not compile, through a fault of this program: such an object hurts no other. */
    public SortedMap<ObjectKey, RuntimeException> failures() {
        return failures;
    }

    /** The same, as it is told to the authors of the objects. */
    public List<Problem> problems() {
        return failures.entrySet().stream()
                .map(failed -> new Problem(
                        ObjectRef.virtualService(failed.getKey()),
                        Problem.Effect.REFUSED,
                        "spec",
                        Reason.INTERNAL,
                        "a fault of Steelyard's, please report it with the log: " + failed.getValue()))
                .toList();
    }

    private static Attempt attempt(Function<ServiceModel, Snapshot> one, ServiceModel model) {
        try {
            return new Attempt(Optional.of(one.apply(model)), Optional.empty());
        } catch (RuntimeException e) {
            return new Attempt(Optional.empty(), Optional.of(e));
        }
    }

    /** How many virtual services the last call compiled anew. */
    public int compiled() {
        return attempts.computed();
    }
}
