package dev.steelyard.e2e.operator;

import static dev.steelyard.e2e.operator.ControlPlane.eventually;
import static dev.steelyard.e2e.operator.ControlPlane.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What outlives an operator: claims, last good specs, what was told. */
class TenureIT {
    private ControlPlane plane;

    @BeforeEach
    void start() {
        plane = new ControlPlane();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    @Test
    void aRefusedSpecKeepsItsLastGoodOneAcrossTheOperatorsDeath() {
        try (SteelyardProcess operator = plane.operator()) {
            plane.apply(service("kept", 80) + service("beside", 80));
            eventually().until(() -> plane.condition("kept", "Accepted").startsWith("TRUE/"));
            plane.kubectl().get("patch", "svs", "kept", "--type=json", "-p", """
                    [{"op": "replace", "path": "/spec/listeners/0/port", "value": 22}]""");
            eventually().until(() -> plane.condition("kept", "Accepted").startsWith("FALSE/NotAllowed"));
            assertThat(plane.condition("kept", "Accepted"))
                    .contains("spec.listeners[0].port", "Generation 1 stays in force");
            assertThat(plane.condition("beside", "Accepted")).startsWith("TRUE/");
            assertThat(plane.snapshot("kept").orElseThrow().generation()).isEqualTo(1);
            eventually()
                    .untilAsserted(() -> assertThat(plane.events("VirtualService", "kept"))
                            .anyMatch(event -> event.startsWith("Warning/NotAllowed")));
            List<String> told = plane.events("VirtualService", "kept");
            long epoch = plane.index().orElseThrow().epoch();

            operator.kill();
            operator.restart().awaitReady();
            eventually().until(() -> plane.index().orElseThrow().epoch() > epoch);
            plane.apply(service("later", 80));
            eventually().until(() -> plane.snapshot("later").isPresent());

            assertThat(plane.snapshot("kept").orElseThrow().generation()).isEqualTo(1);
            assertThat(plane.condition("kept", "Accepted")).startsWith("FALSE/NotAllowed");
            // What was not yet told when the first one died is told by the second; what was is not told again.
            assertThat(plane.events("VirtualService", "kept")).containsAll(told).doesNotHaveDuplicates();
        }
    }

    @Test
    void theIncumbentKeepsItsClaimFromAnOlderObjectAlsoUnderANewOperator() {
        try (SteelyardProcess operator = plane.operator()) {
            plane.apply(service("older", 80));
            eventually().until(() -> plane.condition("older", "Accepted").startsWith("TRUE/"));
            plane.apply(service("incumbent", 80));
            eventually().until(() -> plane.condition("incumbent", "Accepted").startsWith("TRUE/"));

            plane.kubectl()
                    .get(
                            "patch",
                            "svs",
                            "older",
                            "--type=merge",
                            "-p",
                            "{\"spec\":{\"hosts\":[\"incumbent.example.com\"]}}");
            eventually().until(() -> plane.condition("older", "Accepted").startsWith("FALSE/Conflict"));
            assertThat(plane.condition("older", "Accepted")).contains("default/incumbent");
            assertThat(plane.snapshot("older").orElseThrow().hosts()).containsExactly("older.example.com");

            long epoch = plane.index().orElseThrow().epoch();
            operator.kill();
            operator.restart().awaitReady();
            eventually().until(() -> plane.index().orElseThrow().epoch() > epoch);
            plane.apply(service("later", 80));
            eventually().until(() -> plane.snapshot("later").isPresent());
            assertThat(plane.snapshot("incumbent").orElseThrow().hosts()).containsExactly("incumbent.example.com");
            assertThat(plane.condition("older", "Accepted")).startsWith("FALSE/Conflict");

            plane.kubectl().get("delete", "svs", "incumbent");
            eventually().until(() -> plane.condition("older", "Accepted").startsWith("TRUE/"));
            assertThat(plane.snapshot("older").orElseThrow().hosts()).containsExactly("incumbent.example.com");
        }
    }

    @Test
    void aSecondReplicaTakesOverWhetherTheFirstCrashesOrLeaves() {
        try (SteelyardProcess first = plane.operator("--identity", "first")) {
            eventually().until(() -> leads(first));
            try (SteelyardProcess second = plane.operator("--identity", "second")) {
                plane.apply(service("shop", 80));
                eventually().until(() -> plane.snapshot("shop").isPresent());
                long epoch = plane.index().orElseThrow().epoch();

                first.kill();
                eventually().until(() -> leads(second));
                plane.apply(service("taken", 80));
                eventually().until(() -> plane.snapshot("taken").isPresent());
                assertThat(plane.index().orElseThrow().epoch()).isGreaterThan(epoch);
                assertThat(plane.snapshot("shop")).isPresent();

                first.restart().awaitReady();
                long asked = System.nanoTime();
                assertThat(second.terminate(Duration.ofSeconds(30))).isZero();
                plane.apply(service("given", 80));
                eventually().until(() -> plane.snapshot("given").isPresent());
                System.out.printf(
                        "from SIGTERM of the leader to its successor's index: %.1f s%n",
                        (System.nanoTime() - asked) / 1e9);
            }
        }
    }

    private static boolean leads(SteelyardProcess operator) {
        return operator.admin("/metrics").body().contains("steelyard_operator_leading 1.0");
    }

    @Test
    void theOperatorOutlivesAnApiServerThatGoesAway() {
        try (SteelyardProcess operator = plane.operator()) {
            plane.apply(service("before", 80));
            eventually().until(() -> plane.snapshot("before").isPresent());

            plane.cluster().stopApiServer();
            eventually().until(() -> operator.admin("/readyz").status() == 503);
            assertThat(operator.admin("/healthz").status()).isEqualTo(200);
            plane.cluster().startApiServer();

            plane.apply(service("after", 80));
            eventually()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> plane.snapshot("after").isPresent());
            assertThat(plane.snapshot("before")).isPresent();
            assertThat(operator.isAlive()).isTrue();
        }
    }

    @Test
    void whatTheSchemaRefusesNeverReachesTheOperator() {
        try (SteelyardProcess operator = plane.operator()) {
            plane.apply(service("good", 80));
            eventually().until(() -> plane.snapshot("good").isPresent());
            assertThat(plane.kubectl().apply("""
                            apiVersion: steelyard.dev/v1alpha1
                            kind: VirtualService
                            metadata: {name: bad, namespace: default}
                            spec: {listeners: [{name: web, port: 99999, protocol: HTTP}], pool: good}
                            """).err()).contains("spec.listeners[0].port");
            plane.apply(service("next", 80));
            eventually().until(() -> plane.snapshot("next").isPresent());
            assertThat(operator.isAlive()).isTrue();
        }
    }
}
