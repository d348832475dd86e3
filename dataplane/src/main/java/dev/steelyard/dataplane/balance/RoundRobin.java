package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.balance.Balancers.Prepared;
import dev.steelyard.dataplane.pool.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Each endpoint in turn, each as often as any other, whatever its weight. Choosing costs the same for any number of endpoints; an
 * excluded one is stepped over.
 */
final class RoundRobin implements Balancer {

    private final Endpoint[] endpoints;
    private final Rotation rotation;

    private RoundRobin(Endpoint[] endpoints, Rotation rotation) {
        this.endpoints = endpoints;
        this.rotation = rotation;
    }

    static Prepared prepare(List<WeightedEndpoint> weighted) {
        Endpoint[] endpoints = Balancers.endpoints(weighted);
        return (previous, random) -> new RoundRobin(
                endpoints, previous instanceof RoundRobin before ? before.rotation : new Rotation(random));
    }

    @Override
    public @Nullable Endpoint choose(long key, Exclusion exclusion) {
        int size = endpoints.length;
        if (size == 0) {
            return null;
        }
        int index = rotation.next(size);
        for (int tried = 0; tried < size; tried++) {
            Endpoint endpoint = endpoints[index];
            if (!exclusion.excludes(endpoint)) {
                rotation.served(index);
                return endpoint;
            }
            index = index + 1 == size ? 0 : index + 1;
        }
        return null;
    }
}
