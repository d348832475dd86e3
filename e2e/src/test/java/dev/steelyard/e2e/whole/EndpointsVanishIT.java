package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import org.junit.jupiter.api.Test;

/** A pool without endpoints: clients are told at once, and so are those who look at the object. */
class EndpointsVanishIT {
    private static final int PORT = 8031;
    private static final String HOST = "empty.example.com";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void clientsGet503UntilEndpointsReturn() {
        try (Tenant tenant = installed.tenant("vanish");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(all("empty", PORT, HOST, a));
            tenant.awaitAnswers(PORT, HOST, a);
            tenant.awaitCondition("empty", "Available", "TRUE");

            tenant.apply(endpoints("empty"));
            eventually().until(() -> node.get(PORT, HOST, "/").status() == 503);
            assertThat(node.get(PORT, HOST, "/").text()).contains("no endpoint");
            assertThat(tenant.awaitCondition("empty", "Available", "FALSE NoEndpoints"))
                    .contains("pool empty has no endpoints");
            eventually()
                    .untilAsserted(() -> assertThat(tenant.events("VirtualService", "empty"))
                            .anySatisfy(event ->
                                    assertThat(event).startsWith("Warning/NoEndpoints: pool empty has no endpoints")));
            assertThat(tenant.kubectl().get("get", "svs", "empty", "--no-headers"))
                    .contains("0/0");

            tenant.apply(endpoints("empty", a));
            tenant.awaitAnswers(PORT, HOST, a);
            tenant.awaitCondition("empty", "Available", "TRUE");
        }
    }
}
