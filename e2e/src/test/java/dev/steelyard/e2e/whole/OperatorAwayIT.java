package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Published;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Traffic follows endpoints while no operator runs, and the next operator changes nothing that is right. */
class OperatorAwayIT {
    private static final int PORT = 8021;
    private static final String HOST = "orphan.example.com";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void endpointsAreFollowedAndNothingIsRewritten() {
        try (Tenant tenant = installed.tenant("orphan");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b");
                EchoServer c = Installed.backend("c")) {
            tenant.apply(all("orphan", PORT, HOST, a, b));
            tenant.awaitProgrammed("orphan");
            tenant.awaitAnswers(PORT, HOST, a, b);
            ObjectKey key = new ObjectKey(tenant.namespace(), "orphan");
            Map<String, String> before = Published.versions(installed.cluster(), key);
            assertThat(before).isNotEmpty();
            try (Load load = Load.on(node.target(PORT, HOST, "/").expectingOneOf("a", "b", "c"))
                    .start()) {
                installed.operator().kill();
                tenant.apply(endpoints("orphan", b, c));
                tenant.awaitAnswers(PORT, HOST, b, c);
                eventually().until(() -> a.connections() == 0);
                long requests = a.requests();
                long answered = load.answered();
                eventually().until(() -> load.answered() > answered + 500);
                assertThat(a.requests()).isEqualTo(requests);

                installed.operator().restart().awaitReady();
                awaitLeader(tenant, a, b, c);
                load.stop().requireNoFailures(500);
            }
            assertThat(Published.versions(installed.cluster(), key))
                    .as("snapshot Secrets, with their versions")
                    .isEqualTo(before);
            tenant.awaitProgrammed("orphan");
            assertThat(tenant.status("orphan").programmedGeneration()).isEqualTo(1);
        }
    }

    /** Only an operator that leads counts the third endpoint. */
    private static void awaitLeader(Tenant tenant, EchoServer... backends) {
        tenant.apply(endpoints("orphan", backends));
        eventually().untilAsserted(() -> {
            assertThat(Objects.requireNonNull(tenant.status("orphan").endpoints())
                            .total())
                    .isEqualTo(3);
            assertThat(tenant.condition("orphan", "Available")).startsWith("TRUE");
        });
    }
}
