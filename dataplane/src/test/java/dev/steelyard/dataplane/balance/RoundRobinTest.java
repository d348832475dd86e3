package dev.steelyard.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

    @Property
    void eachInTurnFromARandomStart(
            @ForAll @IntRange(min = 1, max = 50) int size,
            @ForAll @IntRange(min = 1, max = 5) int rounds,
            @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(size);
        Balancer balancer = BalancerScene.balancer(Algorithm.ROUND_ROBIN, endpoints, seed);
        List<Endpoint> order =
                endpoints.stream().map(WeightedEndpoint::endpoint).toList();

        List<Endpoint> chosen = BalancerScene.choose(balancer, size * rounds);

        int start = order.indexOf(chosen.getFirst());
        for (int i = 0; i < chosen.size(); i++) {
            assertThat(chosen.get(i)).isSameAs(order.get((start + i) % size));
        }
    }

    @Test
    void weightsDoNotMatter() {
        Balancer balancer = BalancerScene.balancer(Algorithm.ROUND_ROBIN, BalancerScene.weighted(List.of(1, 100)), 1);

        assertThat(BalancerScene.counts(BalancerScene.choose(balancer, 10)).values())
                .containsExactly(5, 5);
    }

    @Test
    void aChangeOfEndpointsDoesNotBeginTheRoundAnew() {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(10);
        Balancer balancer = BalancerScene.balancer(Algorithm.ROUND_ROBIN, endpoints, 1);
        int last = endpoints.indexOf(new WeightedEndpoint(BalancerScene.choose(balancer), 1));

        balancer = BalancerScene.following(Algorithm.ROUND_ROBIN, endpoints, balancer);

        assertThat(BalancerScene.choose(balancer))
                .isSameAs(endpoints.get((last + 1) % 10).endpoint());
    }

    @Test
    void theTurnAfterAnExcludedOneIsTheNextOne() {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(3);
        Balancer balancer = BalancerScene.balancer(Algorithm.ROUND_ROBIN, endpoints, 1);
        Endpoint first = BalancerScene.choose(balancer);
        Endpoint second = BalancerScene.choose(balancer);
        Endpoint third = BalancerScene.choose(balancer);

        assertThat(balancer.choose(0, BalancerScene.excluding(Set.of(first)))).isSameAs(second);
        assertThat(BalancerScene.choose(balancer)).isSameAs(third);
    }
}
