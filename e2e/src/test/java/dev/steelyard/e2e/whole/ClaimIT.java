package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import org.junit.jupiter.api.Test;

/** Nobody takes a host that another tenant has. */
class ClaimIT {
    private static final int PORT = 8071;
    private static final String WANTED = "wanted.example.com";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void theHolderKeepsItsHostAgainstNewcomersAndAgainstOlderObjectsThatAreEdited() {
        try (Tenant one = installed.tenant("one");
                Tenant two = installed.tenant("two");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            // The older object, at first with a host of its own.
            two.apply(all("older", PORT, "older.example.com", b));
            two.awaitAnswers(PORT, "older.example.com", b);
            one.apply(all("holder", PORT, WANTED, a));
            one.awaitAnswers(PORT, WANTED, a);
            String holder = one.namespace() + "/holder";
            try (Load load =
                    Load.on(node.target(PORT, WANTED, "/").expectingOneOf("a")).start()) {
                two.apply(service("newcomer"), endpoints("newcomer", b), pool("newcomer", "newcomer"));
                two.apply(virtualService("newcomer", PORT, WANTED, "newcomer"));
                assertThat(two.awaitCondition("newcomer", "Accepted", "FALSE Conflict"))
                        .contains(WANTED)
                        .contains(holder);

                two.apply(virtualService("older", PORT, WANTED, "older"));
                assertThat(two.awaitCondition("older", "Accepted", "FALSE Conflict"))
                        .contains(holder)
                        .contains("Generation 1 stays in force");
                two.awaitAnswers(PORT, "older.example.com", b);

                installed.operator().kill();
                installed.operator().restart().awaitReady();
                two.awaitCondition("older", "Accepted", "FALSE Conflict");
                one.awaitProgrammed("holder");
                load.stop().requireNoFailures(100);
            }
            one.kubectl().get("delete", "svs", "holder");
            two.awaitCondition("older", "Accepted", "TRUE");
            two.awaitAnswers(PORT, WANTED, b);
            two.awaitCondition("newcomer", "Accepted", "FALSE Conflict");
        }
    }
}
