package dev.steelyard.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.Helm;
import dev.steelyard.e2e.cluster.Kubectl;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An API server takes what the chart makes, field by field. */
class ChartFieldsIT {
    private final Kubectl kubectl = Clusters.shared().kubectl();

    @Test
    void theApiServerTakesAllOfIt() {
        String chart = Helm.template(
                        "metrics.dashboard.enabled=true", "operator.priorityClassName=system-cluster-critical")
                .requireSuccess();
        // Pods are taken once their namespace has its ServiceAccount.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                kubectl.runWith(chart, "apply", "--dry-run=server", "--validate=strict", "-f", "-")
                                        .requireSuccess())
                        .contains(
                                "daemonset.apps/steelyard-dataplane created",
                                "deployment.apps/steelyard-operator created",
                                "flowschema.flowcontrol.apiserver.k8s.io/steelyard-leases created",
                                "networkpolicy.networking.k8s.io/steelyard-operator created",
                                "pod/steelyard-test created",
                                "configmap/steelyard-dashboard created"));
    }
}
