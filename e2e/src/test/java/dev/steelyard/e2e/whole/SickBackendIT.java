package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Manifests;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import org.junit.jupiter.api.Test;

/** A backend whose check fails gets no traffic, everybody who looks is told, and it comes back. */
class SickBackendIT {
    private static final int PORT = 8091;
    private static final String HOST = "sick.example.com";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void isTakenOutShownAndTakenBack() {
        try (Tenant tenant = installed.tenant("sick");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            String b8080 = b.host() + ":" + Manifests.BACKEND_PORT;
            tenant.apply(
                    service("sick"),
                    endpoints("sick", a, b),
                    pool(
                            "sick",
                            "sick",
                            "healthCheck: {type: HTTP, path: /healthz, interval: 200ms, timeout: 200ms, rise: 2, fall: 2}"),
                    virtualService("sick", PORT, HOST, "sick"));
            tenant.awaitAnswers(PORT, HOST, a, b);
            eventually().untilAsserted(() -> assertThat(row(tenant)).contains(" 2 2 "));

            try (Load load = Load.on(node.target(PORT, HOST, "/").expectingOneOf("a", "b"))
                    .start()) {
                b.setHealthy(false);
                eventually().untilAsserted(() -> assertThat(row(tenant)).contains(" 1 2 "));
                assertThat(columns(tenant.kubectl().get("describe", "pool", "sick")))
                        .contains("Address: " + b8080)
                        .contains("Reason: ")
                        .contains("503")
                        .contains("1 of 2 endpoints are healthy");
                assertThat(node.dataplane().admin("/metrics").body())
                        .contains("steelyard_endpoint_up{endpoint=\"" + b8080 + "\",namespace=\"" + tenant.namespace()
                                + "\",pool=\"sick\"} 0");
                long before = b.requests();
                long answered = load.answered();
                eventually().until(() -> load.answered() > answered + 200);
                assertThat(b.requests()).as("requests to the sick backend").isEqualTo(before);

                b.setHealthy(true);
                eventually().untilAsserted(() -> assertThat(row(tenant)).contains(" 2 2 "));
                eventually().until(() -> b.requests() > before);
                load.stop().requireNoFailures(300);
            }
            assertThat(columns(tenant.kubectl().get("describe", "pool", "sick")))
                    .contains("2 of 2 endpoints are healthy")
                    .doesNotContain("Address: " + b8080);
        }
    }

    @Test
    void whenAllAreSickClientsAreToldAtOnce() {
        try (Tenant tenant = installed.tenant("allsick");
                EchoServer a = Installed.backend("a")) {
            a.setHealthy(false);
            tenant.apply(
                    service("sick"),
                    endpoints("sick", a),
                    pool("sick", "sick", "healthCheck: {type: HTTP, path: /healthz, interval: 200ms, timeout: 200ms}"),
                    virtualService("sick", PORT, HOST, "sick"));
            tenant.awaitPoolCondition("sick", "Available", "FALSE NoHealthyEndpoints");
            eventually().until(() -> node.get(PORT, HOST, "/").status() == 503);
            tenant.awaitCondition("sick", "Available", "FALSE");
            assertThat(tenant.kubectl().get("describe", "svs", "sick")).contains("pool sick");

            a.setHealthy(true);
            tenant.awaitAnswers(PORT, HOST, a);
            tenant.awaitCondition("sick", "Available", "TRUE");
        }
    }

    /** {@code kubectl get pool}, with one blank between columns. */
    private static String row(Tenant tenant) {
        return columns(tenant.kubectl().get("get", "pool", "sick", "--no-headers"));
    }

    private static String columns(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
