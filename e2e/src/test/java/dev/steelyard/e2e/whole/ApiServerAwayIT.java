package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Traffic flows without an API server, and changes are followed when there is one again. */
class ApiServerAwayIT {
    /** Requests answered while the API server is away: with the pauses of the load, some seconds. */
    private static final int WHILE_AWAY = 4000;

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void stoppedAndStartedAgain() {
        away(8011, installed.cluster()::stopApiServer, installed.cluster()::startApiServer);
    }

    @Test
    void frozenAndThawed() {
        away(8012, installed.cluster()::freezeApiServer, installed.cluster()::thawApiServer);
    }

    private void away(int port, Runnable take, Runnable give) {
        String host = "away.example.com";
        long operator = installed.operator().pid();
        long dataplane = node.dataplane().pid();
        try (Tenant tenant = installed.tenant("away");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            tenant.apply(all("away", port, host, a));
            tenant.awaitProgrammed("away");
            tenant.awaitAnswers(port, host, a);
            try (Load load = Load.on(node.target(port, host, "/").expectingOneOf("a", "b"))
                    .start()) {
                take.run();
                long before = load.answered();
                eventually().atMost(Duration.ofMinutes(2)).until(() -> load.answered() >= before + WHILE_AWAY);
                give.run();
                tenant.apply(endpoints("away", b));
                tenant.awaitAnswers(port, host, b);
                tenant.apply(virtualService("away", port, host, "away", "policies: []", "routes: []")
                        .replace("[\"" + host + "\"]", "[\"" + host + "\", more.example.com]"));
                tenant.awaitAnswers(port, "more.example.com", b);
                tenant.awaitProgrammed("away");
                load.stop().requireNoFailures(WHILE_AWAY);
            }
        }
        assertThat(installed.operator().pid()).isEqualTo(operator);
        assertThat(installed.operator().isAlive()).isTrue();
        assertThat(node.dataplane().pid()).isEqualTo(dataplane);
        assertThat(node.dataplane().isAlive()).isTrue();
    }
}
