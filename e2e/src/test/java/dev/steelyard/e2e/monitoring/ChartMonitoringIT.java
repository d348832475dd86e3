package dev.steelyard.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steelyard.e2e.cluster.Helm;
import dev.steelyard.e2e.process.CommandResult;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart gives those who watch Steelyard. */
class ChartMonitoringIT {
    private static final String ALL =
            "metrics.serviceMonitor.enabled=true,metrics.rules.enabled=true,metrics.dashboard.enabled=true";

    private static List<JsonNode> objects(String... values) {
        return Stream.of(Helm.template(values).requireSuccess().split("(?m)^---\n", -1))
                .filter(document -> document.contains("kind:"))
                .map(document -> Serialization.unmarshal(document, JsonNode.class))
                .toList();
    }

    private static JsonNode one(List<JsonNode> objects, String kind, String name) {
        List<JsonNode> found = objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind)
                        && object.at("/metadata/name").asText().equals(name))
                .toList();
        assertThat(found).as("%s/%s", kind, name).hasSize(1);
        return found.getFirst();
    }

    @Test
    void lintsCleanly() {
        assertThat(Helm.lint().requireSuccess()).contains("0 chart(s) failed");
    }

    @Test
    void addsNothingUnasked() {
        assertThat(objects().stream().map(object -> object.path("kind").asText()))
                .contains("DaemonSet")
                .doesNotContain("ServiceMonitor", "PrometheusRule", "ConfigMap", "Service");
    }

    @Test
    void rulesAndDashboardAreTheFiles() {
        List<JsonNode> objects = objects(ALL);
        assertThat(one(objects, "PrometheusRule", "steelyard").path("spec"))
                .isEqualTo(MonitoringFiles.tree(MonitoringFiles.RULES));
        JsonNode dashboard = one(objects, "ConfigMap", "steelyard-dashboard");
        assertThat(dashboard.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        assertThat(Serialization.unmarshal(dashboard.at("/data/steelyard.json").asText(), JsonNode.class))
                .isEqualTo(MonitoringFiles.tree(MonitoringFiles.DASHBOARD));
    }

    @Test
    void prometheusFindsPodsByServicesThatAreNamedAsTheRulesExpect() {
        List<JsonNode> objects =
                objects(ALL, "metrics.serviceMonitor.labels.release=watch", "dataplane.adminPort=9190");
        JsonNode monitor = one(objects, "ServiceMonitor", "steelyard");
        assertThat(monitor.at("/metadata/labels/release").asText()).isEqualTo("watch");
        JsonNode endpoint = monitor.at("/spec/endpoints/0");
        assertThat(endpoint.path("honorLabels").asBoolean()).isTrue();
        for (String program : List.of("dataplane", "operator")) {
            JsonNode service = one(objects, "Service", "steelyard-" + program);
            assertThat(service.at("/spec/ports/0/name")).isEqualTo(endpoint.path("port"));
            assertThat(service.at("/spec/ports/0/targetPort").asInt())
                    .isEqualTo(program.equals("dataplane") ? 9190 : 9091);
            assertThat(labels(monitor.at("/spec/selector/matchLabels")))
                    .isSubsetOf(labels(service.at("/metadata/labels")));
            JsonNode pods =
                    one(objects, program.equals("dataplane") ? "DaemonSet" : "Deployment", "steelyard-" + program);
            assertThat(labels(service.at("/spec/selector")))
                    .isSubsetOf(labels(pods.at("/spec/template/metadata/labels")));
        }
    }

    private static List<String> labels(JsonNode labels) {
        return labels.propertyStream().map(Object::toString).toList();
    }

    @Test
    void objectivesMayBeOthers() {
        List<JsonNode> objects = objects(
                "metrics.rules.enabled=true", "metrics.rules.allowedErrors=0.0005", "metrics.rules.allowedSlow=0.05");
        assertThat(one(objects, "PrometheusRule", "steelyard").findValuesAsText("expr"))
                .contains("vector(0.0005)", "vector(0.05)");
    }

    @Test
    void refusesTyposAndNonsense() {
        assertThat(List.of(
                        "metrics.serviceMonitor.enable=true",
                        "metrics.rule.enabled=true",
                        "metrics.rules.enabled=yes",
                        "metrics.rules.allowedErrors=99.9",
                        "metrics.serviceMonitor.interval=often",
                        "metrics.dashboard.folder=x"))
                .allSatisfy(value -> {
                    CommandResult refused = Helm.template(value);
                    assertThat(refused.exitCode()).as("%s", refused).isNotZero();
                    assertThat(refused.err()).contains("/metrics");
                });
    }
}
