package dev.steelyard.operator.status;

import static dev.steelyard.operator.status.Scene.cut;
import static dev.steelyard.operator.status.Scene.report;
import static dev.steelyard.operator.status.Scene.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.DownCount;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.EndpointDown;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Totals;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolStatusesTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Scene scene = Scene.of(Optional.empty(), """
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {ports: [{port: 80}]}
            ---
            kind: Pool
            metadata: {name: web, namespace: default, generation: 3}
            spec:
              members:
              - {service: {name: web, port: 80}}
              - {address: "2001:0DB8:0::1", port: 80}
              - {address: 192.0.2.9, port: 80, weight: 0}
            """);

    @Test
    void endpointsOfServicesAndAddressesAreCounted() {
        PoolStatus status = ready("10.0.0.1:80", "10.0.0.2:80").pool("web");
        assertThat(status.endpoints()).isEqualTo(new PoolStatus.Endpoints(4, 3, 1));
        assertThat(text(status.conditions(), "Available")).isEqualTo("TRUE/Available: 3 of 4 endpoints are healthy");
    }

    @Test
    void anEndpointIsDownWhenHalfOfTheNodesSeeItDown() {
        PoolStatus status = ready("10.0.0.1:80", "10.0.0.2:80")
                .node("n1", true, down("10.0.0.1:80"))
                .node("n2", true, down("10.0.0.1:80", "10.0.0.2:80"))
                .node("n3", 1)
                .pool("web");
        assertThat(status.endpoints()).isEqualTo(new PoolStatus.Endpoints(4, 2, 1));
        assertThat(status.unhealthy())
                .containsExactly(
                        new PoolStatus.UnhealthyEndpoint("10.0.0.1:80", 2, "refused", NOON),
                        new PoolStatus.UnhealthyEndpoint("10.0.0.2:80", 1, "refused", NOON));
    }

    @Test
    void whenNoneIsHealthyTheCauseIsNamed() {
        PoolStatus status = ready("10.0.0.1:80")
                .node("n1", true, down("10.0.0.1:80", "[2001:db8::1]:80"))
                .pool("web");
        assertThat(text(status.conditions(), "Available"))
                .isEqualTo("FALSE/NoHealthyEndpoints: 0 of 3 endpoints are healthy; 10.0.0.1:80: refused;"
                        + " [2001:db8::1]:80: refused");
    }

    @Test
    void whatIsDownButNoLongerAnEndpointDoesNotCount() {
        PoolStatus status = ready("10.0.0.1:80", "10.0.0.2:80")
                .node("n1", true, down("10.9.9.9:80"))
                .pool("web");
        assertThat(status.unhealthy()).isEmpty();
        assertThat(status.endpoints()).isEqualTo(new PoolStatus.Endpoints(4, 3, 1));
    }

    @Test
    void reportsOfUnreachableNodesDoNotCount() {
        PoolStatus status = ready("10.0.0.1:80", "10.0.0.2:80")
                .node("n1", false, down("10.0.0.1:80"))
                .pool("web");
        assertThat(status.endpoints()).isEqualTo(new PoolStatus.Endpoints(4, 3, 1));
    }

    @Test
    void aPoolWithoutEndpointsIsUnavailable() {
        Scene empty = Scene.of(Optional.empty(), """
                kind: Pool
                metadata: {name: none, namespace: default, generation: 1}
                spec: {members: []}
                """);
        assertThat(text(empty.pool("none").conditions(), "Available")).startsWith("FALSE/NoEndpoints");
    }

    @Test
    void endpointsThatAreCountedButNotNamedAreDown() {
        DataplaneNodeStatus report =
                cut(down("10.0.0.1:80"), List.of(new DownCount("default/web", 3)), new Totals(0, 0, 3, 0));
        PoolStatus status = ready("10.0.0.1:80", "10.0.0.2:80")
                .node("n1", true, report)
                .node("n2", true, down("10.0.0.1:80", "10.0.0.2:80", "[2001:db8::1]:80"))
                .node("n3", 1)
                .pool("web");
        assertThat(text(status.conditions(), "Available")).startsWith("FALSE/NoHealthyEndpoints: 0 of 4");
    }

    @Test
    void aPoolOfWhichNodesCannotTellIsNotKnownToBeWell() {
        DataplaneNodeStatus report = cut(down(), List.of(), new Totals(0, 0, 5, 0));
        scene.endpoints(Map.of("web", Set.of("10.0.0.1:80")));
        assertThat(text(
                        scene.node("n1", 1)
                                .node("n2", 1)
                                .node("n3", true, report)
                                .pool("web")
                                .conditions(),
                        "Available"))
                .as("one node of three cannot take it down")
                .startsWith("TRUE/");
        assertThat(text(scene.node("n4", true, report).pool("web").conditions(), "Available"))
                .startsWith("UNKNOWN/NotReported");
    }

    @Test
    void aPoolWhoseNamesNodesDoNotReportIsNotKnownToBeEmpty() {
        Scene named = Scene.of(Optional.empty(), """
                kind: Pool
                metadata: {name: origin, namespace: default, generation: 1}
                spec: {members: [{host: origin.example.com, port: 80}]}
                """).node("n1", true, cut(down(), List.of(), new Totals(0, 0, 0, 9)));
        assertThat(text(named.pool("origin").conditions(), "Available")).startsWith("UNKNOWN/NotReported");
    }

    private Scene ready(String... endpoints) {
        return scene.endpoints(Map.of("web", Set.of(endpoints)));
    }

    private static DataplaneNodeStatus down(String... endpoints) {
        return report(
                1,
                List.of(),
                List.of(),
                Stream.of(endpoints)
                        .map(endpoint -> new EndpointDown("default/web", endpoint, "refused", NOON))
                        .toList());
    }
}
