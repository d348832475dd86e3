package dev.steelyard.operator.resolve;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@link Resolver} found.
 *
 * @param virtualServices what is to be served; one that was never good is not in here
 * @param pools those that are in force, whether used or not
 * @param problems sorted by object; for an object without a {@code REFUSED} problem the current spec is in force
 * @param lastGood input of the next resolution; has to outlive restarts, or else refused specs lose what they fall back on and
 *     incumbents their claims
 */
public record Resolution(
        SortedMap<ObjectKey, ServiceModel> virtualServices,
        SortedMap<ObjectKey, PoolModel> pools,
        List<Problem> problems,
        LastGood lastGood) {

    public Resolution {
        virtualServices = Collections.unmodifiableSortedMap(new TreeMap<>(virtualServices));
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        problems = problems.stream().sorted().toList();
    }

    /** The problems of one object. */
    public List<Problem> problems(ObjectRef object) {
        return problems.stream()
                .filter(problem -> problem.object().equals(object))
                .toList();
    }
}
