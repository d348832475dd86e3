package dev.steelyard.operator.problem;

import java.util.Comparator;

/**
 * Something that the author of an object has to know.
 *
 * @param object whose problem it is
 * @param effect what follows from it
 * @param field where in the object, such as {@code spec.listeners[0].port}
 * @param reason the kind of problem
 * @param message what is wrong and what to do
 */
public record Problem(ObjectRef object, Effect effect, String field, Reason reason, String message)
        implements Comparable<Problem> {

    private static final Comparator<Problem> ORDER =
            Comparator.comparing(Problem::object).thenComparing(Problem::effect);

    /** What follows from a problem. */
    public enum Effect {
        /** The object's spec is refused ({@code Accepted=False}); its last good one stays in force. */
        REFUSED,
        /** The object is in force without what it refers to here ({@code ResolvedRefs=False}). */
        UNRESOLVED,
        /** The object is in force as it says. */
        WARNING
    }

    /** By object, the gravest first; problems of one object and effect keep the order in which they were found. */
    @Override
    public int compareTo(Problem other) {
        return ORDER.compare(this, other);
    }

    /** {@code Kind/name: field: message}. */
    @Override
    public String toString() {
        return object + ": " + field + ": " + message;
    }
}
