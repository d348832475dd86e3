package dev.steelyard.dataplane.pool;

import static dev.steelyard.dataplane.pool.PoolScene.address;
import static dev.steelyard.dataplane.pool.PoolScene.pod;
import static dev.steelyard.dataplane.pool.PoolScene.pool;
import static dev.steelyard.dataplane.pool.PoolScene.service;
import static dev.steelyard.dataplane.pool.PoolScene.snapshot;
import static dev.steelyard.dataplane.pool.PoolScene.terminating;
import static dev.steelyard.dataplane.pool.PoolScene.unready;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.pool.LivePool.State;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LivePoolsTest {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final ObjectKey API = new ObjectKey("shop", "api");

    private final PoolScene scene = new PoolScene();

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void fixedAddressesTakeWorkInTurn() {
        scene.apply(snapshot("a", pool(WEB, 1, address("192.0.2.1", 80), address("2001:db8::1", 8080))));

        assertThat(scene.chosen(WEB, 4))
                .containsExactlyInAnyOrder(
                        "192.0.2.1:80", "[2001:db8:0:0:0:0:0:1]:8080", "192.0.2.1:80", "[2001:db8:0:0:0:0:0:1]:8080");
        assertThat(scene.state(WEB).total()).isEqualTo(2);
    }

    @Test
    void followsTheReadyEndpointsOfAServiceByPortName() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        assertThat(scene.eligible(WEB)).isEmpty();

        scene.endpoints("web", pod("10.0.0.1", 8080, "http", "p1"), pod("10.0.0.1", 9090, "metrics", "p1"));
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:8080");

        scene.endpoints("web", pod("10.0.0.1", 8080, "http", "p1"), unready("10.0.0.2", 8080, "http", "p2"));
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:8080");
        assertThat(scene.state(WEB).total()).isEqualTo(2);

        scene.endpoints("web");
        assertThat(scene.eligible(WEB)).isEmpty();
        assertThat(scene.state(WEB).total()).isZero();
    }

    @Test
    void endpointsKnownBeforeThePoolAreThereWithIt() {
        scene.endpoints("web", pod("10.0.0.1", 8080, "http", "p1"));
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));

        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:8080");
    }

    @Test
    void terminatingEndpointsTakeWorkOnlyWhileNoneIsReady() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));

        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), terminating("10.0.0.2", 80, "http", "p2", true));
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:80");

        scene.endpoints(
                "web",
                terminating("10.0.0.1", 80, "http", "p1", true),
                terminating("10.0.0.2", 80, "http", "p2", false));
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:80");

        scene.endpoints("web", terminating("10.0.0.1", 80, "http", "p1", false));
        assertThat(scene.eligible(WEB)).isEmpty();
    }

    @Test
    void anEndpointKeepsItsObjectAndCountThroughEveryChange() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        Endpoint endpoint = scene.choose(WEB);
        endpoint.begin();

        scene.apply(snapshot("a", pool(WEB, 2, service("web", "http", 7), address("10.0.0.9", 80))));
        scene.endpoints("web", unready("10.0.0.1", 80, "http", "p1"));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"), pod("10.0.0.2", 80, "http", "p2"));

        assertThat(scene.endpoint(WEB, "10.0.0.1:80")).isSameAs(endpoint);
        assertThat(endpoint.gone()).isFalse();
    }

    @Test
    void aReusedAddressIsAnotherEndpoint() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        Endpoint first = scene.choose(WEB);

        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p2"));

        assertThat(scene.choose(WEB)).isNotSameAs(first);
        assertThat(first.gone()).isTrue();
    }

    @Test
    void anEndpointThatLeavesIsGoneAndDrains() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        Endpoint endpoint = scene.choose(WEB);
        endpoint.begin();
        AtomicInteger closed = new AtomicInteger();
        endpoint.onGone(closed::incrementAndGet);

        scene.endpoints("web");

        assertThat(closed).hasValue(1);
        assertThat(scene.view(WEB).endpoints()).singleElement().satisfies(view -> {
            assertThat(view.state()).isEqualTo(EndpointView.State.DRAINING);
            assertThat(view.inFlight()).isEqualTo(1);
        });

        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        assertThat(scene.choose(WEB)).isSameAs(endpoint);
        assertThat(endpoint.gone()).isFalse();

        scene.endpoints("web");
        endpoint.end();
        scene.endpoints("web", pod("10.0.0.2", 80, "http", "p2"));
        assertThat(scene.view(WEB).endpoints())
                .extracting(EndpointView::address)
                .containsExactly("10.0.0.2:80");
    }

    @Test
    void oneAddressFromTwoMembersIsOneEndpointWithBothWeights() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 2), address("10.0.0.1", 80))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));

        assertThat(scene.view(WEB).endpoints()).singleElement().satisfies(view -> {
            assertThat(view.weight()).isEqualTo(3);
            assertThat(view.targetUid()).isEqualTo("p1");
        });
    }

    @Test
    void aTerminatingPodDoesNotHideItsSuccessorOnTheSameAddress() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        scene.endpoints("web", terminating("10.0.0.1", 80, "http", "old", true), pod("10.0.0.1", 80, "http", "new"));

        assertThat(scene.choose(WEB).id().targetUid()).isEqualTo("new");
        assertThat(scene.view(WEB).endpoints())
                .singleElement()
                .satisfies(view -> assertThat(view.weight()).isEqualTo(1));
    }

    @Test
    void weightZeroTakesNoWork() {
        scene.apply(snapshot("a", pool(WEB, 1, address("192.0.2.1", 80), address("192.0.2.2", 80, 0))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.1:80");
    }

    @Test
    void aServiceMayNotHaveLocalAddressesInACluster() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
        scene.endpoints(
                "web",
                pod("127.0.0.1", 80, "http", ""),
                pod("169.254.169.254", 80, "http", ""),
                pod("::1", 80, "http", ""),
                pod("fe80::1", 80, "http", ""),
                pod("::ffff:127.0.0.1", 80, "http", ""),
                pod("0.0.0.0", 80, "http", ""),
                pod("10.0.0.1", 80, "http", ""));

        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.1:80");
        assertThat(scene.pools.down()).hasSize(6).allSatisfy(down -> {
            assertThat(down.pool()).isEqualTo(WEB);
            assertThat(down.reason()).contains("refused", "shop/web", "loopback");
        });

        try (PoolScene standalone = new PoolScene(true)) {
            standalone.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1))));
            standalone.endpoints("web", pod("127.0.0.1", 80, "http", ""));
            assertThat(standalone.eligible(WEB)).containsExactly("127.0.0.1:80");
        }
    }

    @Test
    void theNewestRevisionGovernsAPoolOfTwoSnapshots() {
        scene.apply(
                snapshot("a", pool(WEB, 2, address("192.0.2.2", 80))),
                snapshot("b", pool(WEB, 1, address("192.0.2.1", 80))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:80");
    }

    @Test
    void aPoolLivesForAsLongAsASnapshotRefersToIt() {
        scene.apply(
                snapshot("a", pool(WEB, 1, address("192.0.2.1", 80))),
                snapshot("b", pool(WEB, 1, address("192.0.2.1", 80))));
        LivePool before = scene.pool(WEB);
        Endpoint endpoint = scene.choose(WEB);

        scene.apply(snapshot("b", pool(WEB, 1, address("192.0.2.1", 80))));
        assertThat(scene.pool(WEB)).isSameAs(before);
        assertThat(endpoint.gone()).isFalse();

        assertThat(scene.apply()).isEmpty();
        assertThat(endpoint.gone()).isTrue();
        assertThat(before.state().eligible()).as("for requests under way").isEqualTo(1);
        assertThat(scene.pools.views()).isEmpty();
    }

    @Test
    void onlyThePoolsAffectedGetANewState() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1)), pool(API, 1, service("api", "http", 1))));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        State web = scene.state(WEB);
        State api = scene.state(API);

        scene.endpoints("api", pod("10.0.1.1", 80, "http", "q1"));
        scene.endpoints("web", pod("10.0.0.1", 80, "http", "p1"));
        scene.endpoints("other", pod("10.0.2.1", 80, "http", "r1"));
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1)), pool(API, 1, service("api", "http", 1))));

        assertThat(scene.state(WEB)).isSameAs(web);
        assertThat(scene.state(API)).isNotSameAs(api);
    }

    @Test
    void manyChangesInOneGoMakeOneState() {
        scene.apply(snapshot("a", pool(WEB, 1, service("web", "http", 1), service("api", "http", 1))));
        List<State> states = new ArrayList<>();
        scene.pools.onChange(() -> states.add(scene.state(WEB)));

        scene.together(() -> {
            for (int i = 1; i <= 100; i++) {
                scene.pools.endpoints(
                        new ObjectKey("shop", i % 2 == 0 ? "web" : "api"),
                        List.of(pod("10.0.0." + i, 80, "http", "p" + i)));
            }
        });

        assertThat(states).hasSize(1);
        assertThat(scene.eligible(WEB)).containsExactly("10.0.0.100:80", "10.0.0.99:80");
    }

    @Test
    void anAdministratorTakesAnEndpointOutAndBack() {
        scene.apply(snapshot("a", pool(WEB, 1, address("192.0.2.1", 80), address("192.0.2.2", 80))));

        assertThat(scene.pools.admin(WEB, "192.0.2.1:80", AdminState.DRAIN)).isTrue();
        scene.settle();
        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:80");
        assertThat(scene.pools.down()).isEmpty();

        scene.pools.admin(WEB, "192.0.2.1:80", AdminState.DOWN);
        scene.settle();
        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.2:80");
        assertThat(scene.pools.down())
                .containsExactly(
                        new EndpointDown(WEB, "192.0.2.1:80", "set down by an administrator", scene.clock.instant()));

        scene.pools.admin(WEB, "192.0.2.1:80", AdminState.READY);
        scene.settle();
        assertThat(scene.eligible(WEB)).hasSize(2);
        assertThat(scene.pools.admin(WEB, "192.0.2.3:80", AdminState.DOWN)).isFalse();
        assertThat(scene.pools.admin(API, "192.0.2.1:80", AdminState.DOWN)).isFalse();
    }

    @Test
    void metersLearnWhatIsUp() {
        scene.apply(snapshot("a", pool(WEB, 1, address("192.0.2.1", 80), address("192.0.2.2", 80))));
        scene.pools.admin(WEB, "192.0.2.1:80", AdminState.DOWN);
        scene.settle();
        assertThat(scene.up.get(WEB)).isEqualTo(Map.of("192.0.2.1:80", false, "192.0.2.2:80", true));

        scene.apply();
        assertThat(scene.up.get(WEB)).isEmpty();
    }

    @Test
    void anAddressThatIsNoneIsReportedAndHurtsNoOther() {
        scene.apply(snapshot("a", pool(WEB, 1, address("nowhere", 80), address("192.0.2.1", 80))));

        assertThat(scene.eligible(WEB)).containsExactly("192.0.2.1:80");
        assertThat(scene.pools.down()).extracting(EndpointDown::address).containsExactly("nowhere:80");
    }
}
