package dev.steelyard.dataplane.pool;

import static dev.steelyard.dataplane.pool.PoolScene.address;
import static dev.steelyard.dataplane.pool.PoolScene.checked;
import static dev.steelyard.dataplane.pool.PoolScene.host;
import static dev.steelyard.dataplane.pool.PoolScene.pod;
import static dev.steelyard.dataplane.pool.PoolScene.pool;
import static dev.steelyard.dataplane.pool.PoolScene.service;
import static dev.steelyard.dataplane.pool.PoolScene.snapshot;
import static dev.steelyard.dataplane.pool.PoolScene.terminating;
import static dev.steelyard.dataplane.pool.PoolScene.unready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.dns.AddressLookup.Answer.Failed;
import dev.steelyard.dataplane.dns.AddressLookup.Answer.Found;
import dev.steelyard.dataplane.health.Outcome;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.Resolved;
import dev.steelyard.snapshot.ObjectKey;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which endpoints of a checked pool take work, and what DNS names give. */
class PoolHealthTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final Outcome REFUSED = Outcome.unhealthy("connection refused");

    private final PoolScene scene = new PoolScene();

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void aNewPoolServesBeforeItsFirstChecksHaveAResult() {
        scene.apply(snapshot("a", checked(pool(WEB, 1, address("192.0.2.1", 80), address("192.0.2.2", 80)))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.1:80", "192.0.2.2:80");
        assertThat(scene.up.getOrDefault(WEB, Map.of())).isEmpty();

        scene.health.put("192.0.2.1", REFUSED);
        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:80"));
        assertThat(scene.pools.down())
                .containsExactly(new EndpointDown(WEB, "192.0.2.1:80", "connection refused", scene.clock.instant()));
        assertThat(scene.up.get(WEB)).isEqualTo(Map.of("192.0.2.1:80", false));
    }

    @Test
    void oneThatJoinsProvenOnesTakesWorkOnlyAfterItsFirstSuccess() {
        scene.health.put("10.0.0.1", Outcome.HEALTHY);
        scene.apply(snapshot("a", checked(pool(WEB, 1, service("web", "http", 1)))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        eventually(() -> assertThat(scene.up.get(WEB)).isEqualTo(Map.of("10.0.0.1:80", true)));

        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), pod("10.0.0.2", 80, "http", "p2"));
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:80");

        scene.health.put("10.0.0.2", Outcome.HEALTHY);
        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:80", "10.0.0.2:80"));
    }

    @Test
    void oneThatIsNotProvenTakesWorkWhenNothingBetterIsLeft() {
        scene.health.put("10.0.0.1", Outcome.HEALTHY);
        scene.apply(snapshot("a", checked(pool(WEB, 1, service("web", "http", 1)))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        eventually(() -> assertThat(scene.up.get(WEB)).isEqualTo(Map.of("10.0.0.1:80", true)));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), pod("10.0.0.2", 80, "http", "p2"));

        scene.health.put("10.0.0.1", REFUSED);

        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("10.0.0.2:80"));
    }

    @Test
    void terminatingOnesServeWhileAllReadyOnesAreDown() {
        scene.health.put("10.0.0.1", REFUSED);
        scene.health.put("10.0.0.2", Outcome.HEALTHY);
        scene.apply(snapshot("a", checked(pool(WEB, 1, service("web", "http", 1)))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), terminating("10.0.0.2", 80, "http", "p2", true));

        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("10.0.0.2:80"));
    }

    @Test
    void allDownLeavesNone() {
        scene.health.put("192.0.2.1", REFUSED);
        scene.apply(snapshot("a", checked(pool(WEB, 1, address("192.0.2.1", 80)))));

        eventually(() -> assertThat(scene.eligible(WEB)).isEmpty());
        assertThat(scene.state(WEB).total()).isEqualTo(1);
    }

    @Test
    void healthSurvivesAChangeOfConfiguration() {
        scene.health.put("192.0.2.1", REFUSED);
        scene.health.put("192.0.2.2", Outcome.HEALTHY);
        scene.apply(snapshot("a", checked(pool(WEB, 1, address("192.0.2.1", 80), address("192.0.2.2", 80)))));
        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:80"));

        scene.apply(snapshot("a", checked(pool(WEB, 2, address("192.0.2.1", 80, 5), address("192.0.2.2", 80)))));
        assertThat(scene.eligible(WEB)).as("other weights").containsExactly("192.0.2.2:80");

        scene.apply(snapshot(
                "a",
                checked(pool(WEB, 3, address("192.0.2.1", 80, 5), address("192.0.2.2", 80)), Duration.ofHours(1))));
        assertThat(scene.eligible(WEB)).as("another check, no result yet").containsExactly("192.0.2.2:80");

        scene.apply(snapshot("a", pool(WEB, 4, address("192.0.2.1", 80, 5), address("192.0.2.2", 80))));
        assertThat(scene.eligible(WEB)).as("no check").containsExactly("192.0.2.1:80", "192.0.2.2:80");
    }

    @Test
    void whatIsNotReadyIsNeitherCheckedNorReportedDown() {
        scene.health.put("10.0.0.1", REFUSED);
        scene.health.put("10.0.0.2", REFUSED);
        scene.apply(snapshot("a", checked(pool(WEB, 1, service("web", "http", 1)))));
        scene.endpoints("web", unready("10.0.0.1", 80, "http", "p1"), pod("10.0.0.2", 80, "http", "p2"));

        eventually(() ->
                assertThat(scene.pools.down()).extracting(EndpointDown::address).contains("10.0.0.2:80"));
        assertThat(scene.pools.down()).extracting(EndpointDown::address).containsExactly("10.0.0.2:80");
        assertThat(scene.view(WEB).endpoints().getFirst().state()).isEqualTo(EndpointView.State.NOT_READY);
    }

    @Test
    void whatWasReadyAndPassesItsChecksIsBetterThanNobody() {
        scene.health.put("10.0.0.1", Outcome.HEALTHY);
        scene.health.put("10.0.0.2", Outcome.HEALTHY);
        scene.apply(snapshot("a", checked(pool(WEB, 1, service("web", "http", 1)))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), pod("10.0.0.2", 80, "http", "p2"));
        eventually(() -> assertThat(scene.view(WEB).endpoints())
                .extracting(EndpointView::state)
                .containsOnly(EndpointView.State.UP));

        scene.endpoints(
                "web",
                unready("10.0.0.1", 80, "http", "p1"),
                pod("10.0.0.2", 80, "http", "p2"),
                unready("10.0.0.3", 80, "http", "p3"));
        assertThat(scene.eligible(WEB)).as("one is ready").containsExactly("10.0.0.2:80");

        scene.endpoints(
                "web",
                unready("10.0.0.1", 80, "http", "p1"),
                unready("10.0.0.2", 80, "http", "p2"),
                unready("10.0.0.3", 80, "http", "p3"));
        assertThat(scene.eligible(WEB)).as("none is").containsExactly("10.0.0.1:80", "10.0.0.2:80");

        scene.health.put("10.0.0.1", REFUSED);
        eventually(() -> assertThat(scene.eligible(WEB)).containsExactly("10.0.0.2:80"));
    }

    @Test
    void everyAddressOfANameIsAnEndpointAndDeniedOnesAreReported() {
        scene.dns.put("origin.example.com", found("192.0.2.1", "192.0.2.2", "10.1.2.3"));
        scene.apply(snapshot("a", pool(WEB, 1, host("origin.example.com", 443, "10.0.0.0/8", "fd00::/8"))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.1:443", "192.0.2.2:443");
        assertThat(scene.pools.resolved()).containsExactly(new Resolved(WEB, 2));
        assertThat(scene.pools.down())
                .containsExactly(new EndpointDown(
                        WEB,
                        "origin.example.com:443",
                        "refused: the name resolves to 10.1.2.3, which is not allowed here",
                        scene.clock.instant()));
        Endpoint kept = scene.endpoint(WEB, "192.0.2.2:443");

        scene.dns.put("origin.example.com", found("192.0.2.2", "192.0.2.3"));
        scene.timePasses();

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:443", "192.0.2.3:443");
        assertThat(scene.endpoint(WEB, "192.0.2.2:443")).isSameAs(kept);
        assertThat(scene.pools.down()).isEmpty();
    }

    @Test
    void aListOfDeniedNetworksThatCannotBeReadDeniesAll() {
        scene.dns.put("origin.example.com", found("192.0.2.1"));
        scene.apply(snapshot("a", pool(WEB, 1, host("origin.example.com", 443, "10.0.0.0"), address("192.0.2.9", 80))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.9:80");
        assertThat(scene.pools.down())
                .singleElement()
                .satisfies(down ->
                        assertThat(down.reason()).startsWith("refused: the networks denied to it cannot be read"));
    }

    @Test
    void aNameThatDoesNotResolveIsReportedAndKeepsWhatItHad() {
        scene.apply(snapshot("a", pool(WEB, 1, host("origin.example.com", 443), address("192.0.2.9", 80))));
        assertThat(scene.pools.down())
                .extracting(EndpointDown::address, EndpointDown::reason)
                .containsExactly(tuple("origin.example.com:443", "does not resolve: no answer"));
        assertThat(scene.pools.resolved()).containsExactly(new Resolved(WEB, 0));

        scene.dns.put("origin.example.com", found("192.0.2.1"));
        scene.timePasses();
        assertThat(scene.pools.down()).isEmpty();

        scene.dns.put("origin.example.com", new Failed("no answer"));
        scene.timePasses();
        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.1:443", "192.0.2.9:80");
        assertThat(Objects.requireNonNull(scene.pools.down().getFirst()).reason())
                .isEqualTo("does not resolve (no answer), its last addresses are kept");
    }

    private static Found found(String... addresses) {
        return new Found(List.of(addresses).stream().map(InetAddress::ofLiteral).toList(), Duration.ofSeconds(60));
    }

    /** Lets results come in until it holds. */
    private void eventually(Runnable assertion) {
        await().pollInterval(Duration.ofMillis(5)).untilAsserted(() -> {
            scene.settle();
            assertion.run();
        });
    }
}
