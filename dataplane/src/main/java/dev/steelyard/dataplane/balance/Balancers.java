package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes the balancers of a pool: the registry of algorithms. */
public final class Balancers {

    private Balancers() {}

    /** One algorithm over one set of endpoints: what all loops share, prepared once. */
    @FunctionalInterface
    interface Prepared {

        /**
         * The balancer of one loop.
         *
         * @param previous the balancer of that loop that this one follows, whatever its algorithm; null if there was none
         * @param random where it starts if there was none
         */
        Balancer forLoop(@Nullable Balancer previous, RandomGenerator random);
    }

    /**
     * One balancer for each of {@code loops} event loops, each going on where its predecessor is. Reads nothing that a running
     * predecessor writes: what is carried over is handed on whole and looked at on the loop's own thread.
     *
     * @param endpoints those that may take new work; may be empty
     * @param previous the balancers that are replaced, by loop; empty at first
     */
    public static List<Balancer> of(
            Algorithm algorithm,
            List<WeightedEndpoint> endpoints,
            List<Balancer> previous,
            int loops,
            RandomGenerator random) {
        Prepared prepared = prepare(algorithm, endpoints);
        List<Balancer> balancers = new ArrayList<>(loops);
        for (int loop = 0; loop < loops; loop++) {
            balancers.add(prepared.forLoop(loop < previous.size() ? previous.get(loop) : null, random));
        }
        return balancers;
    }

    private static Prepared prepare(Algorithm algorithm, List<WeightedEndpoint> endpoints) {
        return switch (algorithm) {
            case ROUND_ROBIN -> RoundRobin.prepare(endpoints);
            case WEIGHTED_ROUND_ROBIN -> WeightedRoundRobin.prepare(endpoints);
            case LEAST_CONNECTIONS -> LeastConnections.prepare(endpoints);
        };
    }

    static Endpoint[] endpoints(List<WeightedEndpoint> weighted) {
        return weighted.stream().map(WeightedEndpoint::endpoint).toArray(Endpoint[]::new);
    }
}
