package dev.steelyard.operator.problem;

import dev.steelyard.operator.problem.Problem.Effect;
import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one object. For one thread. */
public final class Findings {

    private final ObjectRef object;
    private final List<Problem> problems = new ArrayList<>();

    /** Begins with none. */
    public Findings(ObjectRef object) {
        this.object = object;
    }

    /** The spec is refused. */
    public void refused(String field, Reason reason, String message) {
        add(Effect.REFUSED, field, reason, message);
    }

    /** A reference leads nowhere. */
    public void unresolved(String field, Reason reason, String message) {
        add(Effect.UNRESOLVED, field, reason, message);
    }

    /** Something has no effect, or soon will fail. */
    public void warning(String field, Reason reason, String message) {
        add(Effect.WARNING, field, reason, message);
    }

    /** All found so far, in that order. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Whether a spec with these problems is refused. */
    public static boolean refuse(List<Problem> problems) {
        return problems.stream().anyMatch(problem -> problem.effect() == Effect.REFUSED);
    }

    private void add(Effect effect, String field, Reason reason, String message) {
        problems.add(new Problem(object, effect, field, reason, message));
    }
}
