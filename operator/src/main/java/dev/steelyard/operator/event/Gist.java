package dev.steelyard.operator.event;

import dev.steelyard.crds.v1alpha1.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of a status decides on Events.
 *
 * @param conditions all of them
 * @param programmed the newest generation that all nodes have acknowledged
 * @param failing nodes that do not serve it, each with its reason
 */
public record Gist(List<Condition> conditions, Optional<Long> programmed, Set<String> failing) {

    public Gist {
        conditions = List.copyOf(conditions);
        failing = Set.copyOf(failing);
    }

    /** Of an object that nodes do not acknowledge. */
    public static Gist of(List<Condition> conditions) {
        return new Gist(conditions, Optional.empty(), Set.of());
    }
}
