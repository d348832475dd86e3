package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The status tells nodes that serve from nodes that are silent. */
class TwoNodesIT {
    private static final int PORT = 8041;
    private static final String HOST = "two.example.com";

    private final Installed installed = Installed.shared();

    @Test
    void aKilledDataplaneCountsAsUnreachable() {
        try (Tenant tenant = installed.tenant("two");
                EchoServer a = Installed.backend("a");
                Node second = installed.startNode("node-b")) {
            second.dataplane().awaitReady();
            tenant.apply(all("two", PORT, HOST, a));
            tenant.awaitProgrammed("two");
            eventually().untilAsserted(() -> assertThat(nodes(tenant)).isEqualTo("2 2 0"));
            assertThat(second.get(PORT, HOST, "/").text()).isEqualTo("a\n");
            assertThat(tenant.kubectl().get("get", "svs", "two", "--no-headers"))
                    .contains("2/2")
                    .contains(second.address())
                    .contains(installed.node().address());

            second.dataplane().kill();
            eventually().untilAsserted(() -> assertThat(nodes(tenant)).isEqualTo("1 1 1"));
            assertThat(tenant.condition("two", "Programmed"))
                    .startsWith("TRUE Programmed: 1/1 nodes serve generation 1")
                    .contains("unreachable: node-b");
            assertThat(tenant.kubectl().get("get", "svs", "two", "--no-headers"))
                    .contains("1/1")
                    .doesNotContain(second.address());
            tenant.awaitAnswers(PORT, HOST, a);

            second.dataplane().restart().awaitReady();
            eventually().untilAsserted(() -> assertThat(nodes(tenant)).isEqualTo("2 2 0"));
        }
    }

    /** Desired, programmed and unreachable nodes. */
    private static String nodes(Tenant tenant) {
        var nodes = Objects.requireNonNull(tenant.status("two").nodes());
        return nodes.desired() + " " + nodes.programmed() + " " + nodes.unreachable();
    }
}
