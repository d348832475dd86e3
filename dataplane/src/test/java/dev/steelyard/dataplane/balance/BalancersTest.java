package dev.steelyard.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What every algorithm has to keep to. */
class BalancersTest {

    @Property
    void anEligibleEndpointIsFoundUnlessAllAreExcluded(
            @ForAll Algorithm algorithm,
            @ForAll @Size(max = 12) List<@IntRange(min = 1, max = 9) Integer> weights,
            @ForAll Set<@IntRange(max = 11) Integer> excludedIndexes,
            @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(weights);
        Set<Endpoint> excluded = new HashSet<>();
        for (int index : excludedIndexes) {
            if (index < endpoints.size()) {
                excluded.add(endpoints.get(index).endpoint());
            }
        }
        Balancer balancer = BalancerScene.balancer(algorithm, endpoints, seed);

        for (int i = 0; i < 30; i++) {
            Endpoint chosen = balancer.choose(0, BalancerScene.excluding(excluded));
            if (excluded.size() == endpoints.size()) {
                assertThat(chosen).isNull();
            } else {
                assertThat(chosen).isNotNull().isNotIn(excluded);
                assertThat(endpoints).extracting(WeightedEndpoint::endpoint).contains(chosen);
            }
        }
    }

    @Property
    void itWorksThroughAnyChangesOfEndpointsAndAlgorithm(
            @ForAll("configurations") List<Configuration> configurations, @ForAll long seed) {
        Balancer balancer = BalancerScene.balancer(Algorithm.ROUND_ROBIN, List.of(), seed);
        for (Configuration configuration : configurations) {
            List<WeightedEndpoint> endpoints = BalancerScene.weighted(configuration.weights());
            balancer = BalancerScene.following(configuration.algorithm(), endpoints, balancer);
            for (int i = 0; i < configuration.choices(); i++) {
                Endpoint chosen = balancer.choose(0, Exclusion.NONE);
                if (endpoints.isEmpty()) {
                    assertThat(chosen).isNull();
                } else {
                    assertThat(endpoints).extracting(WeightedEndpoint::endpoint).contains(chosen);
                }
            }
        }
    }

    record Configuration(Algorithm algorithm, List<Integer> weights, int choices) {}

    @Provide
    Arbitrary<List<Configuration>> configurations() {
        Arbitrary<List<Integer>> weights =
                Arbitraries.integers().between(1, 5).list().ofMaxSize(8);
        return Combinators.combine(
                        Arbitraries.of(Algorithm.class),
                        weights,
                        Arbitraries.integers().between(0, 10))
                .as(Configuration::new)
                .list()
                .ofMaxSize(10);
    }

    @Property
    void loopsStartAtDifferentPlaces(@ForAll Algorithm algorithm, @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(100);
        Set<Endpoint> first = new HashSet<>();
        for (Balancer balancer : Balancers.of(algorithm, endpoints, List.of(), 16, new SplittableRandom(seed))) {
            first.add(BalancerScene.choose(balancer));
        }

        assertThat(first).hasSizeGreaterThan(8);
    }
}
