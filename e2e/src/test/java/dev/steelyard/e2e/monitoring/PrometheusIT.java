package dev.steelyard.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** Prometheus asks {@code steelyard run} with some traffic, judges by the rules, and answers what the dashboard asks. */
class PrometheusIT {
    private static final String HOST = "shop.example.com";

    private final ServedFolder folder = ServedFolder.create("prometheus");
    private final int port = Ports.free();
    private final int securePort = Ports.free();

    private void writeService(EchoServer... backends) {
        TestCertificates certificates = new TestCertificates(SourceTree.newFolder("prometheus-certificates"));
        certificates.issue("shop", "/CN=" + HOST, List.of("DNS:" + HOST));
        folder.write(
                "all.yaml",
                certificates.secret("shop-tls", "shop") + "---\n",
                CheckHealthIT.checked("web", backends),
                """
                apiVersion: steelyard.dev/v1alpha1
                kind: Policy
                metadata: {name: logged}
                spec: {accessLog: {format: JSON}}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: shop}
                spec:
                  listeners:
                  - {name: web, port: %d, protocol: HTTP}
                  - {name: secure, port: %d, protocol: HTTPS, tls: {certificates: [{secretName: shop-tls}]}}
                  policies: [logged]
                  pool: web
                """.formatted(port, securePort));
    }

    @Test
    void everyRuleAndEveryPanelCanBeAnswered() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1");
                EchoServer b = EchoServer.start("b", "127.0.0.1")) {
            writeService(a, b);
            try (SteelyardProcess run =
                            SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
                    Prometheus prometheus = new Prometheus(
                            MonitoringFiles.RULES,
                            Map.of("steelyard-standalone", run.adminUrl().substring("http://".length())))) {
                Target target = Target.http("127.0.0.1", port, HOST, "/");
                Load.requests(target, 50).requireNoFailures(50);
                eventually()
                        .untilAsserted(
                                () -> assertThat(prometheus.query("steelyard_requests_total{virtual_service=\"shop\"}"))
                                        .isNotEmpty());

                eventually()
                        .untilAsserted(() -> assertThat(rules(prometheus))
                                .hasSize(MonitoringFiles.rules().size())
                                .allSatisfy(
                                        rule -> assertThat(rule.path("health").asText())
                                                .as("%s", rule)
                                                .isEqualTo("ok")));
                assertThat(rules(prometheus).stream()
                                .filter(rule -> rule.path("state").asText().equals("firing")))
                        .isEmpty();
                assertThat(MonitoringFiles.dashboardQueries())
                        .hasSizeGreaterThan(20)
                        .allSatisfy(prometheus::query);
                assertThat(unknown(names(run.admin("/metrics").body())))
                        .allSatisfy(name -> assertThat(name)
                                .as(
                                        "not in /metrics, not of the operator, and not among those that docs/monitoring.md says come later")
                                .startsWith("steelyard_operator_"));

                a.stop();
                b.stop();
                eventually()
                        .until(() -> rules(prometheus).stream()
                                .filter(rule ->
                                        !rule.path("state").asText("inactive").equals("inactive"))
                                .map(rule -> rule.path("name").asText())
                                .collect(Collectors.toSet())
                                .containsAll(Set.of("SteelyardVirtualServiceDown", "SteelyardPoolEmpty")));
            }
        }
    }

    @Test
    void whatIsAskedOfTheOperatorIsThere() {
        Set<String> asked = MonitoringFiles.allMetrics().stream()
                .filter(name -> name.startsWith("steelyard_operator_"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(asked).isNotEmpty();
        assertThat(names(Installed.shared().operator().admin("/metrics").body()))
                .containsAll(asked);
    }

    private static List<JsonNode> rules(Prometheus prometheus) {
        return prometheus
                .api("rules")
                .path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    /** The names of all series of a scrape. */
    private static Set<String> names(String scrape) {
        return scrape.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What rules, dashboard and template ask for that is neither there nor said to come later. */
    private static Set<String> unknown(Set<String> known) {
        String guide = MonitoringFiles.text(SourceTree.resolve("docs/monitoring.md"));
        String later = guide.substring(
                guide.indexOf("begin with their first event"), guide.indexOf("The rules allow for that."));
        Set<String> unknown = MonitoringFiles.allMetrics();
        unknown.removeAll(known);
        unknown.removeIf(name -> later.contains("`" + name + "`"));
        return unknown;
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500));
    }
}
