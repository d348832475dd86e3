package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/** Endpoints and balancers for the tests of algorithms. */
final class BalancerScene {

    private static final ObjectKey POOL = new ObjectKey("shop", "web");

    private BalancerScene() {}

    static Endpoint endpoint(int number) {
        String address = "192.0.2." + number;
        return new Endpoint(new Endpoint.Id(POOL, address + ":80", ""), new InetSocketAddress(address, 80));
    }

    /** One endpoint for each weight. */
    static List<WeightedEndpoint> weighted(List<Integer> weights) {
        List<WeightedEndpoint> weighted = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            weighted.add(new WeightedEndpoint(endpoint(i), weights.get(i)));
        }
        return weighted;
    }

    static List<WeightedEndpoint> equal(int count) {
        return weighted(Collections.nCopies(count, 1));
    }

    /** The balancer of the only loop. */
    static Balancer balancer(Algorithm algorithm, List<WeightedEndpoint> endpoints, long seed) {
        return Balancers.of(algorithm, endpoints, List.of(), 1, new SplittableRandom(seed))
                .getFirst();
    }

    static Balancer following(Algorithm algorithm, List<WeightedEndpoint> endpoints, Balancer previous) {
        return Balancers.of(algorithm, endpoints, List.of(previous), 1, new SplittableRandom(7))
                .getFirst();
    }

    static Endpoint choose(Balancer balancer) {
        return Objects.requireNonNull(balancer.choose(0, Exclusion.NONE));
    }

    static List<Endpoint> choose(Balancer balancer, int times) {
        List<Endpoint> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            chosen.add(choose(balancer));
        }
        return chosen;
    }

    static Map<Endpoint, Integer> counts(Iterable<Endpoint> chosen) {
        Map<Endpoint, Integer> counts = new HashMap<>();
        chosen.forEach(endpoint -> counts.merge(endpoint, 1, Integer::sum));
        return counts;
    }

    static Exclusion excluding(Set<Endpoint> excluded) {
        return excluded::contains;
    }
}
