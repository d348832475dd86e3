package dev.steelyard.operator.resolve;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.Objects;

/**
 * One state of an object that a user declared.
 *
 * @param key its name
 * @param created {@code metadata.creationTimestamp}
 * @param generation {@code metadata.generation}
 * @param spec what it should be
 * @param defect what of the spec could not be read, for people: it is refused then; empty if it was read whole
 */
public record Declared<S>(
        ObjectKey key,
        Instant created,
        long generation,
        S spec,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String defect) {

    public Declared {
        defect = Objects.requireNonNullElse(defect, "");
    }

    /** A state that was read whole. */
    public Declared(ObjectKey key, Instant created, long generation, S spec) {
        this(key, created, generation, spec, "");
    }
}
