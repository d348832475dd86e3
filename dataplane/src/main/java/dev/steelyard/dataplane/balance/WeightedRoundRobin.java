package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.balance.Balancers.Prepared;
import dev.steelyard.dataplane.pool.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each endpoint in turn, in proportion to its weight, evenly interleaved: over one cycle (the sum of the weights, divided by their
 * greatest common divisor) each gets exactly its share.
 *
 * <p>Endpoints of the same weight form a class. {@link WeightedTurns} says which class has its turn; within the class plain rotation
 * does. Most pools have one class, where this is round robin. Choosing costs about the logarithm of the number of distinct weights,
 * whatever the number of endpoints.
 */
final class WeightedRoundRobin implements Balancer {

    private final WeightClasses classes;
    private final WeightedTurns turns;

    private WeightedRoundRobin(WeightClasses classes, WeightedTurns turns) {
        this.classes = classes;
        this.turns = turns;
    }

    static Prepared prepare(List<WeightedEndpoint> weighted) {
        WeightClasses classes = WeightClasses.of(weighted);
        return (previous, random) -> new WeightedRoundRobin(
                classes,
                previous instanceof WeightedRoundRobin before ? before.turns : new WeightedTurns(classes, random));
    }

    @Override
    public @Nullable Endpoint choose(long key, Exclusion exclusion) {
        int size = classes.size();
        if (size == 0) {
            return null;
        }
        turns.follow(classes);
        if (size == 1) {
            return rotate(0, exclusion);
        }
        int index = turns.due();
        for (int tried = 0; tried < size; tried++) {
            Endpoint endpoint = rotate(index, exclusion);
            if (endpoint != null) {
                turns.give(index);
                return endpoint;
            }
            index = index + 1 == size ? 0 : index + 1;
        }
        return null;
    }

    private @Nullable Endpoint rotate(int index, Exclusion exclusion) {
        Endpoint[] members = classes.members[index];
        int place = turns.place(index);
        for (int tried = 0; tried < members.length; tried++) {
            Endpoint endpoint = members[place];
            if (!exclusion.excludes(endpoint)) {
                turns.served(index, place);
                return endpoint;
            }
            place = place + 1 == members.length ? 0 : place + 1;
        }
        return null;
    }
}
