package dev.steelyard.e2e.standalone;

import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static dev.steelyard.e2e.program.SteelyardCommand.steelyard;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.program.ServedFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code steelyard explain}, as people run it who wonder where a request goes. */
class ExplainIT {
    private final ServedFolder folder = ServedFolder.create("explain");

    @BeforeEach
    void write() {
        folder.write(
                "shop.yaml",
                service("web"),
                pool("web", "web"),
                """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: http, port: 8080}]
                endpoints:
                - {addresses: [10.0.0.1]}
                - {addresses: [10.0.0.2], conditions: {ready: false}}
                - {addresses: [10.0.0.3], conditions: {ready: false, serving: true, terminating: true}}
                ---
                """,
                virtualService("shop", 80, "shop.example.com", "web", """
                        routes:
                          - {name: api, match: [{path: {type: Prefix, value: /api}}], pools: [{name: web}]}
                        """.strip()));
    }

    @Test
    void namesListenerRoutePoolAndEndpointsAndWhyTheOthersAreExcluded() {
        CommandResult explained = explain("http://shop.example.com/api/1");
        assertThat(explained.exitCode()).as("%s", explained).isZero();
        assertThat(explained.out()).isEqualTo("""
                listener         web, HTTP on port 80
                virtual service  default/shop, by host shop.example.com
                route            api, by prefix path /api
                pool             default/web, weighted_round_robin
                  + 10.0.0.1:8080, weight 1
                  - 10.0.0.2:8080 excluded: it is not ready
                  - 10.0.0.3:8080 excluded: it is terminating
                """);
        assertThat(explained.err()).isEmpty();
    }

    @Test
    void theHostFieldCountsBeforeTheUrl() {
        CommandResult explained = explain("http://127.0.0.1/", "--header", "Host: shop.example.com");
        assertThat(explained.exitCode()).as("%s", explained).isZero();
        assertThat(explained.out()).contains("by host shop.example.com", "not by route   api: / is not below /api");
    }

    @Test
    void whatReachesNoPoolIsToldByTheExitCode() {
        CommandResult nobody = explain("http://other.example.com/");
        assertThat(nobody.exitCode()).isEqualTo(1);
        assertThat(nobody.out()).contains("no virtual service: nobody on port 80 answers for host other.example.com");
        assertThat(explain("http://shop.example.com:81/").exitCode()).isEqualTo(1);
        assertThat(explain("nonsense").exitCode()).isEqualTo(2);
    }

    private CommandResult explain(String url, String... more) {
        String[] arguments = new String[5 + more.length];
        System.arraycopy(new String[] {"explain", "-f", folder.path().toString(), "--url", url}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return steelyard(arguments);
    }
}
