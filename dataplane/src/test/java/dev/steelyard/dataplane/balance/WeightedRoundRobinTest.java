package dev.steelyard.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest {

    @Property
    void anyCycleHasEachExactlyAsOftenAsItsWeight(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 40) Integer> weights,
            @ForAll @IntRange(max = 100) int before,
            @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(weights);
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, seed);
        BalancerScene.choose(balancer, before);
        int cycle = weights.stream().mapToInt(Integer::intValue).sum();

        Map<Endpoint, Integer> counts = BalancerScene.counts(BalancerScene.choose(balancer, cycle));

        for (WeightedEndpoint endpoint : endpoints) {
            assertThat(counts.get(endpoint.endpoint())).isEqualTo(endpoint.weight());
        }
    }

    /** In any stretch, the difference of two moments each less than 1 from ideal; one more for rotation inside a class. */
    @Property
    void anyStretchIsCloseToTheIdealShare(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 1, max = 40) Integer> weights, @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(weights);
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, seed);
        int cycle = weights.stream().mapToInt(Integer::intValue).sum();
        Map<Endpoint, Integer> counts = new HashMap<>();

        for (int turn = 1; turn <= 2 * cycle; turn++) {
            counts.merge(BalancerScene.choose(balancer), 1, Integer::sum);
            for (WeightedEndpoint endpoint : endpoints) {
                double ideal = (double) turn * endpoint.weight() / cycle;
                assertThat((double) counts.getOrDefault(endpoint.endpoint(), 0)).isBetween(ideal - 3, ideal + 3);
            }
        }
    }

    @Test
    void theHeavyOneIsInterleavedWithTheLight() {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(List.of(5, 1, 1));
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, 1);

        assertThat(longestRun(BalancerScene.choose(balancer, 70))).isEqualTo(3);
    }

    @Property
    void twoThatAreAsHeavyAsAllOthersTogetherNeverServeTwiceInARow(@ForAll @IntRange(min = 2, max = 30) int light) {
        List<Integer> weights = new ArrayList<>();
        weights.add(light);
        for (int i = 0; i < light; i++) {
            weights.add(1);
        }
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(weights);
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, 1);

        assertThat(longestRun(BalancerScene.choose(balancer, 4 * light))).isEqualTo(1);
    }

    /** A change at every other choice must not favour those that a fresh cycle begins with. */
    @Property
    void sharesHoldThroughAnyNumberOfChanges(
            @ForAll @Size(min = 2, max = 6) List<@IntRange(min = 1, max = 10) Integer> weights, @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(weights);
        WeightedEndpoint extra = new WeightedEndpoint(BalancerScene.endpoint(99), 1);
        List<WeightedEndpoint> more = new ArrayList<>(endpoints);
        more.add(extra);
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, seed);
        Map<Endpoint, Integer> counts = new HashMap<>();
        int cycle = weights.stream().mapToInt(Integer::intValue).sum();
        int turns = 40 * cycle;

        for (int turn = 0; turn < turns; turn++) {
            counts.merge(BalancerScene.choose(balancer), 1, Integer::sum);
            balancer =
                    BalancerScene.following(Algorithm.WEIGHTED_ROUND_ROBIN, turn % 2 == 0 ? more : endpoints, balancer);
        }

        for (WeightedEndpoint endpoint : endpoints) {
            double least = (double) turns * endpoint.weight() / (cycle + 1) * 0.6 - 2;
            double most = (double) turns * endpoint.weight() / cycle * 1.6 + 2;
            assertThat((double) counts.getOrDefault(endpoint.endpoint(), 0)).isBetween(least, most);
        }
    }

    @Test
    void anEndpointThatAlwaysFailsDoesNotUpsetTheOthersShares() {
        List<WeightedEndpoint> endpoints = BalancerScene.weighted(List.of(3, 2, 1));
        Balancer balancer = BalancerScene.balancer(Algorithm.WEIGHTED_ROUND_ROBIN, endpoints, 1);
        Endpoint dead = endpoints.getFirst().endpoint();
        Map<Endpoint, Integer> counts = new HashMap<>();

        for (int i = 0; i < 600; i++) {
            Endpoint chosen = BalancerScene.choose(balancer);
            if (chosen == dead) {
                chosen = Objects.requireNonNull(balancer.choose(0, BalancerScene.excluding(Set.of(dead))));
            }
            counts.merge(chosen, 1, Integer::sum);
        }

        assertThat(counts.get(endpoints.get(1).endpoint())).isBetween(380, 420);
        assertThat(counts.get(endpoints.get(2).endpoint())).isBetween(180, 220);
    }

    @Test
    void extremeWeightsKeepTheirShares() {
        List<WeightedEndpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            endpoints.add(new WeightedEndpoint(BalancerScene.endpoint(i % 250), 65_535 - i % 2));
        }
        endpoints.add(new WeightedEndpoint(BalancerScene.endpoint(251), 1));
        WeightClasses classes = WeightClasses.of(endpoints);

        assertThat(classes.shares).containsExactly(1, 65_534_000, 65_535_000);
        assertThat(classes.total).isLessThanOrEqualTo(1L << 31);
    }

    @Test
    void sharesTooLargeForExactArithmeticAreScaledDown() {
        List<WeightedEndpoint> endpoints = new ArrayList<>();
        Endpoint endpoint = BalancerScene.endpoint(1);
        for (int i = 0; i < 100_000; i++) {
            endpoints.add(new WeightedEndpoint(endpoint, 65_535));
        }
        endpoints.add(new WeightedEndpoint(BalancerScene.endpoint(2), 1));
        WeightClasses classes = WeightClasses.of(endpoints);

        assertThat(classes.total).isBetween(1L << 29, 1L << 31);
        assertThat(classes.shares[0]).isEqualTo(1);
    }

    private static int longestRun(List<Endpoint> chosen) {
        int longest = 0;
        int run = 0;
        for (int i = 0; i < chosen.size(); i++) {
            run = i > 0 && chosen.get(i) == chosen.get(i - 1) ? run + 1 : 1;
            longest = Math.max(longest, run);
        }
        return longest;
    }
}
