package dev.steelyard.dataplane.balance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.snapshot.Pool.Algorithm;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LeastConnectionsTest {

    @Property
    void nobodyElseHasFewerInFlight(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 3) Integer> loads,
            @ForAll @IntRange(max = 25) int before,
            @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(loads.size());
        for (int i = 0; i < loads.size(); i++) {
            for (int begun = 0; begun < loads.get(i); begun++) {
                endpoints.get(i).endpoint().begin();
            }
        }
        Balancer balancer = BalancerScene.balancer(Algorithm.LEAST_CONNECTIONS, endpoints, seed);
        BalancerScene.choose(balancer, before);

        int least = endpoints.stream()
                .mapToInt(endpoint -> endpoint.endpoint().inFlight())
                .min()
                .orElseThrow();
        assertThat(BalancerScene.choose(balancer).inFlight()).isEqualTo(least);
    }

    @Property
    void tiesAreBrokenInTurn(@ForAll @IntRange(min = 1, max = 30) int size, @ForAll @IntRange(max = 3) int load) {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(size);
        for (int i = 0; i < load; i++) {
            endpoints.forEach(endpoint -> endpoint.endpoint().begin());
        }
        Balancer balancer = BalancerScene.balancer(Algorithm.LEAST_CONNECTIONS, endpoints, 1);

        assertThat(BalancerScene.counts(BalancerScene.choose(balancer, size))).hasSize(size);
    }

    @Property
    void workThatStaysIsSpreadEvenly(@ForAll @IntRange(min = 1, max = 20) int size, @ForAll long seed) {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(size);
        Balancer balancer = BalancerScene.balancer(Algorithm.LEAST_CONNECTIONS, endpoints, seed);

        for (int i = 0; i < 3 * size; i++) {
            BalancerScene.choose(balancer).begin();
        }

        assertThat(endpoints)
                .allSatisfy(
                        endpoint -> assertThat(endpoint.endpoint().inFlight()).isEqualTo(3));
    }

    @Test
    void anExcludedOneIsNotChosenThoughItHasTheFewest() {
        List<WeightedEndpoint> endpoints = BalancerScene.equal(2);
        Endpoint idle = endpoints.getFirst().endpoint();
        Endpoint busy = endpoints.getLast().endpoint();
        busy.begin();
        Balancer balancer = BalancerScene.balancer(Algorithm.LEAST_CONNECTIONS, endpoints, 1);

        assertThat(balancer.choose(0, BalancerScene.excluding(Set.of(idle)))).isSameAs(busy);
    }
}
