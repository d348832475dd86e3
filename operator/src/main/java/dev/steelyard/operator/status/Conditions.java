package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.operator.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Conditions, and the rule for when they turn. */
public final class Conditions {

    public static final String ACCEPTED = "Accepted";
    public static final String RESOLVED_REFS = "ResolvedRefs";
    public static final String PROGRAMMED = "Programmed";
    public static final String AVAILABLE = "Available";
    public static final String BOUND = "Bound";

    public static final String HTTP3_BOUND = "Http3Bound";

    /** Why a condition is unknown: what nodes report does not tell. */
    public static final String NOT_REPORTED = "NotReported";

    /** How the message begins of a spec that is accepted with warnings. */
    public static final String VALID_BUT = "the spec is valid, but ";

    /** Problems named in one message; more are counted. */
    private static final int MAX_PROBLEMS = 8;

    private Conditions() {}

    /**
     * Gives each desired condition the time of its last transition: that of the present one while the status is the same, else
     * {@code now}.
     *
     * @param desired times do not matter
     * @param present as stored
     * @param now to the second, as Kubernetes stores it
     */
    public static List<Condition> settle(List<Condition> desired, List<Condition> present, Instant now) {
        List<Condition> settled = new ArrayList<>();
        for (Condition condition : desired) {
            Instant since = find(present, condition.type())
                    .filter(before -> before.status() == condition.status())
                    .map(Condition::lastTransitionTime)
                    .orElse(now);
            settled.add(new Condition(
                    condition.type(),
                    condition.status(),
                    condition.reason(),
                    condition.message(),
                    condition.observedGeneration(),
                    since));
        }
        return settled;
    }

    /** Whether any condition has another status or reason, or comes or goes. */
    public static boolean turned(List<Condition> before, List<Condition> after) {
        return before.size() != after.size()
                || after.stream()
                        .anyMatch(condition -> find(before, condition.type())
                                .filter(old -> old.status() == condition.status()
                                        && old.reason().equals(condition.reason()))
                                .isEmpty());
    }

    /** The condition of that type. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst();
    }

    static Condition of(String type, boolean holds, String reason, String message, long generation) {
        return new Condition(
                type,
                holds ? Condition.Status.TRUE : Condition.Status.FALSE,
                reason,
                message,
                generation,
                Instant.EPOCH);
    }

    static Condition unknown(String type, String reason, String message, long generation) {
        return new Condition(type, Condition.Status.UNKNOWN, reason, message, generation, Instant.EPOCH);
    }

    /** Accepted, with what goes on being in force if it is not. */
    static Condition accepted(List<Problem> problems, long generation, Optional<Long> inForce) {
        List<Problem> refused = with(problems, Problem.Effect.REFUSED);
        if (refused.isEmpty()) {
            List<Problem> warnings = with(problems, Problem.Effect.WARNING);
            String message = warnings.isEmpty() ? "the spec is valid" : VALID_BUT + text(warnings);
            return of(ACCEPTED, true, ACCEPTED, message, generation);
        }
        String rest = inForce.map(last -> last == generation
                        ? " An earlier spec stays in force."
                        : " Generation " + last + " stays in force.")
                .orElse(" Nothing is in force.");
        return of(ACCEPTED, false, refused.getFirst().reason().text(), text(refused) + "." + rest, generation);
    }

    /** ResolvedRefs, of the spec in force: of one that was never in force nothing is resolved. */
    static Condition resolvedRefs(List<Problem> problems, long generation, Optional<Long> inForce) {
        List<Problem> unresolved = with(problems, Problem.Effect.UNRESOLVED);
        if (unresolved.isEmpty()
                && inForce.isEmpty()
                && !with(problems, Problem.Effect.REFUSED).isEmpty()) {
            return unknown(
                    RESOLVED_REFS, "NotAccepted", "the spec is refused and was not looked at further", generation);
        }
        return unresolved.isEmpty()
                ? of(RESOLVED_REFS, true, RESOLVED_REFS, "all references are resolved", generation)
                : of(RESOLVED_REFS, false, unresolved.getFirst().reason().text(), text(unresolved), generation);
    }

    private static List<Problem> with(List<Problem> problems, Problem.Effect effect) {
        return problems.stream().filter(problem -> problem.effect() == effect).toList();
    }

    private static String text(List<Problem> problems) {
        String text = problems.stream()
                .limit(MAX_PROBLEMS)
                .map(problem ->
                        problem.field().isEmpty() ? problem.message() : problem.field() + ": " + problem.message())
                .collect(Collectors.joining("; "));
        return problems.size() > MAX_PROBLEMS ? text + "; and " + (problems.size() - MAX_PROBLEMS) + " more" : text;
    }
}
