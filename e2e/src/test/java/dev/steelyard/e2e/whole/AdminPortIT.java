package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Manifests;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.program.SteelyardProcess.AdminAnswer;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What a dataplane tells on its admin port, and its metrics after known traffic. */
class AdminPortIT {
    private static final int PORT = 8092;
    private static final String HOST = "admin.example.com";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void tellsWhatIsServedAndCountsIt() throws JsonProcessingException {
        try (Tenant tenant = installed.tenant("admin");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(all("watched", PORT, HOST, a));
            tenant.awaitAnswers(PORT, HOST, a);
            tenant.awaitProgrammed("watched");
            String labels = "namespace=\"" + tenant.namespace() + "\",";

            double before = metric("steelyard_requests_total{", labels, "code_class=\"2xx\"");
            Load.requests(node.target(PORT, HOST, "/"), 50).requireNoFailures(50);
            eventually()
                    .untilAsserted(() -> assertThat(metric("steelyard_requests_total{", labels, "code_class=\"2xx\""))
                            .isEqualTo(before + 50));
            assertThat(metric("steelyard_request_duration_seconds_count{", labels))
                    .isGreaterThanOrEqualTo(50);
            assertThat(metric("steelyard_bytes_total{", labels, "direction=\"sent\""))
                    .isPositive();
            assertThat(metric("steelyard_endpoint_up{", labels)).isEqualTo(1);
            assertThat(metric("steelyard_config_applied_revision")).isPositive();
            assertThat(metric("steelyard_config_rejected")).isZero();

            String key = tenant.namespace() + "/watched";
            JsonNode served = one("/api/v1/virtualservices", "virtualServices", key);
            assertThat(served.path("hosts").path(0).asText()).isEqualTo(HOST);
            assertThat(served.path("listeners").path(0).path("port").asInt()).isEqualTo(PORT);
            assertThat(served.path("listeners").path(0).path("bound").asBoolean())
                    .isTrue();

            JsonNode endpoint =
                    one("/api/v1/pools", "pools", key).path("endpoints").path(0);
            assertThat(endpoint.path("address").asText()).isEqualTo(a.host() + ":" + Manifests.BACKEND_PORT);
            assertThat(endpoint.path("eligible").asBoolean()).isTrue();

            JsonNode address = one("/api/v1/addresses", "addresses", key);
            assertThat(address.path("port").asInt()).isEqualTo(PORT);
            assertThat(address.path("bound").asBoolean()).isTrue();

            JsonNode config = json("/api/v1/config");
            assertThat(config.path("appliedRevision").asLong()).isPositive();
            assertThat(config.path("snapshots").has(key)).isTrue();
            assertThat(config.path("rejected")).isEmpty();
        }
    }

    @Test
    void probesAnswerAndStrangersMayChangeNothing() {
        assertThat(node.dataplane().admin("/healthz").status()).isEqualTo(200);
        assertThat(node.dataplane().admin("/readyz").status()).isEqualTo(200);
        assertThat(node.dataplane().admin("/").body()).contains("<html");
        AdminAnswer nothing = node.dataplane().admin("/api/v1/nothing");
        assertThat(nothing.status()).isEqualTo(404);
        assertThat(nothing.body()).contains("\"error\"");
    }

    /** The sum of a metric over all lines that have these labels. */
    private double metric(String name, String... labels) {
        List<String> lines = node.dataplane()
                .admin("/metrics")
                .body()
                .lines()
                .filter(line ->
                        line.startsWith(name) && List.of(labels).stream().allMatch(line::contains))
                .toList();
        assertThat(lines).as("%s %s", name, List.of(labels)).isNotEmpty();
        return lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The one entry of a list that speaks of a virtual service or pool. */
    private JsonNode one(String path, String list, String key) throws JsonProcessingException {
        List<JsonNode> found = StreamSupport.stream(json(path).path(list).spliterator(), false)
                .filter(entry -> entry.toString().contains("\"" + key + "\""))
                .toList();
        assertThat(found).as("%s in %s", key, path).hasSize(1);
        return found.getFirst();
    }

    private JsonNode json(String path) throws JsonProcessingException {
        AdminAnswer answer = node.dataplane().admin(path);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }
}
