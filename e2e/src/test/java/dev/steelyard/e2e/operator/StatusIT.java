package dev.steelyard.e2e.operator;

import static dev.steelyard.e2e.operator.ControlPlane.eventually;
import static dev.steelyard.e2e.operator.ControlPlane.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.EndpointDown;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What kubectl shows of the nodes' state. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusIT {
    private ControlPlane plane;
    private SteelyardProcess operator;

    @BeforeAll
    void start() {
        plane = new ControlPlane();
        operator = plane.operator();
    }

    @AfterAll
    void stop() {
        operator.close();
        plane.close();
    }

    @Test
    void describeTellsWhichNodesRunWhatAndWhyNot() {
        plane.apply(service("told", 80));
        eventually().until(() -> plane.condition("told", "Programmed").startsWith("FALSE/NoNodes"));

        try (PlayedNode one = new PlayedNode(plane.client(), "told-1", "192.0.2.11");
                PlayedNode two = new PlayedNode(plane.client(), "told-2", "192.0.2.12")) {
            assertThat(one.name()).isEqualTo("told-1");
            eventually()
                    .until(() -> plane.condition("told", "Programmed")
                            .equals("TRUE/Programmed: 2/2 nodes serve generation 1"));
            eventually().until(() -> plane.condition("told", "Available").startsWith("TRUE/"));
            eventually()
                    .untilAsserted(() -> assertThat(plane.kubectl().get("get", "svs", "told"))
                            .containsPattern("told +192.0.2.11,192.0.2.12 +80 +1/1 +2/2 +True"));

            two.follows(false);
            plane.kubectl()
                    .get("patch", "svs", "told", "--type=merge", "-p", "{\"spec\":{\"hosts\":[\"b.example.com\"]}}");
            eventually()
                    .until(() -> plane.condition("told", "Programmed")
                            .equals("FALSE/Pending: 1/2 nodes serve generation 2; waiting for told-2"));
            assertThat(plane.virtualService("told").getStatus().programmedGeneration())
                    .isEqualTo(1);

            two.follows(true)
                    .reports(
                            List.of(),
                            List.of(new ListenerFailure("default/told", "web", "port 80 is in use")),
                            List.of());
            eventually()
                    .untilAsserted(() -> assertThat(plane.kubectl().get("describe", "virtualservice", "told"))
                            .contains("told-2: listener web: port 80 is in use", "NodesFailing"));

            two.reports(List.of(), List.of(), List.of()).renews(false);
            eventually()
                    .until(() -> plane.condition("told", "Programmed")
                            .equals("TRUE/Programmed: 1/1 nodes serve generation 2; unreachable: told-2"));
            assertThat(plane.virtualService("told").getStatus().nodes())
                    .isEqualTo(new VirtualServiceStatus.Nodes(1, 1, 1, List.of()));
            eventually()
                    .untilAsserted(() -> assertThat(plane.events("VirtualService", "told"))
                            .contains("Normal/Accepted: the spec is valid")
                            .anyMatch(event -> event.startsWith("Warning/NodesFailing")));
        }
    }

    @Test
    void endpointsThatVanishAndReturnAreSeenAndTold() {
        try (PlayedNode node = new PlayedNode(plane.client(), "vanish-1", "192.0.2.21")) {
            plane.apply("""
                    apiVersion: v1
                    kind: Service
                    metadata: {name: vanish, namespace: default}
                    spec: {ports: [{name: http, port: 80}]}
                    ---
                    apiVersion: steelyard.dev/v1alpha1
                    kind: Pool
                    metadata: {name: vanish, namespace: default}
                    spec: {members: [{service: {name: vanish, port: http}}]}
                    ---
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: vanish, namespace: default}
                    spec: {listeners: [{name: web, port: 8080, protocol: HTTP}], pool: vanish}
                    """ + slice("[{addresses: [10.1.0.1], conditions: {ready: true}}]"));
            eventually().until(() -> plane.condition("vanish", "Available").startsWith("TRUE/"));
            eventually()
                    .until(() -> plane.poolCondition("vanish", "Available")
                            .equals("TRUE/Available: 1 of 1 endpoints are healthy"));

            plane.apply(slice("[{addresses: [10.1.0.1], conditions: {ready: false}}]"));
            eventually()
                    .until(() -> plane.condition("vanish", "Available").startsWith("FALSE/NoEndpoints: pool vanish"));
            eventually().until(() -> plane.poolCondition("vanish", "Available").startsWith("FALSE/NoEndpoints"));
            eventually()
                    .untilAsserted(() -> assertThat(plane.events("Pool", "vanish"))
                            .anyMatch(event -> event.startsWith("Warning/NoEndpoints")));

            plane.apply(slice("[{addresses: [10.1.0.1], conditions: {ready: true}}]"));
            eventually().until(() -> plane.condition("vanish", "Available").startsWith("TRUE/"));

            node.reports(
                    List.of(),
                    List.of(),
                    List.of(new EndpointDown(
                            "default/vanish",
                            "10.1.0.1:80",
                            "connection refused",
                            Instant.parse("2026-01-01T00:00:00Z"))));
            eventually()
                    .until(
                            () -> plane.poolCondition("vanish", "Available")
                                    .equals(
                                            "FALSE/NoHealthyEndpoints: 0 of 1 endpoints are healthy; 10.1.0.1:80: connection refused"));
            eventually()
                    .untilAsserted(() -> assertThat(plane.events("VirtualService", "vanish"))
                            .anyMatch(event -> event.startsWith("Warning/NoEndpoints"))
                            .anyMatch(event -> event.startsWith("Normal/Available")));
        }
    }

    private static String slice(String endpoints) {
        return """
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: vanish-1, namespace: default, labels: {kubernetes.io/service-name: vanish}}
                addressType: IPv4
                ports: [{name: http, port: 80}]
                endpoints: %s
                """.formatted(endpoints);
    }
}
