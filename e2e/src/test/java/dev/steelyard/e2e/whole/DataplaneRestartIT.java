package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The end of a dataplane, and its return. */
class DataplaneRestartIT {
    /** Longer than the dataplane gives connections to end. */
    private static final Duration DRAINED = Duration.ofSeconds(60);

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void killedWhileTheApiServerIsDownItServesWhatItKept() {
        String host = "kept.example.com";
        try (Tenant tenant = installed.tenant("kept");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            tenant.apply(all("kept", 8091, host, a));
            tenant.awaitProgrammed("kept");
            tenant.awaitAnswers(8091, host, a);
            // What is written to the cache follows what is served.
            eventually()
                    .until(() ->
                            node.stateFiles("snapshots/" + tenant.namespace()).size() == 1
                                    && node.stateFiles("endpoints/" + tenant.namespace())
                                                    .size()
                                            == 1);

            installed.cluster().stopApiServer();
            node.dataplane().kill();
            long begin = System.nanoTime();
            node.dataplane().restart();
            tenant.awaitAnswers(8091, host, a);
            System.out.printf(
                    "e2e: a dataplane without API server serves %.1f s after its start%n",
                    (System.nanoTime() - begin) / 1e9);
            node.dataplane().awaitReady();

            installed.cluster().startApiServer();
            tenant.apply(endpoints("kept", b));
            tenant.awaitAnswers(8091, host, b);
            tenant.awaitProgrammed("kept");
        }
    }

    @Test
    void terminatedUnderLoadItFinishesWhatItBegan() {
        String host = "drain.example.com";
        try (Tenant tenant = installed.tenant("drain");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(all("drain", 8092, host, a));
            tenant.awaitProgrammed("drain");
            tenant.awaitAnswers(8092, host, a);
            LoadReport report;
            int exit;
            try (Load load = Load.on(node.target(8092, host, "/delay/20").expectingOneOf("a"))
                    .fresh(0)
                    .keeping(16)
                    .start()) {
                eventually().until(() -> load.answered() > 200);
                exit = node.dataplane().terminate(DRAINED);
                report = load.stop();
            }
            // After the end there is nobody to connect to. Before, all that was begun was answered.
            assertThat(report.failures())
                    .allSatisfy(
                            failure -> assertThat(failure.cause()).contains("ConnectException: Connection refused"));
            assertThat(report.answered()).isGreaterThan(200);
            assertThat(exit).isZero();

            node.dataplane().restart().awaitReady();
            tenant.awaitAnswers(8092, host, a);
        }
    }

    @Test
    void upgradedOnTheNodeItFailsNoRequestAndComesBackShouldTheNextOneDie() {
        String host = "upgrade.example.com";
        try (Tenant tenant = installed.tenant("upgrade");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            tenant.apply(all("upgrade", 8093, host, a));
            tenant.awaitProgrammed("upgrade");
            tenant.awaitAnswers(8093, host, a);
            try (Load load = Load.on(node.target(8093, host, "/").expectingOneOf("a"))
                            .start();
                    SteelyardProcess next = node.dataplane().another()) {
                next.awaitOutput("is in force");
                node.dataplane().awaitOutput("the next process serves");
                eventually().until(() -> load.answered() > 200);
                // It is not told to drain yet: a pod is stopped when the one after it is ready, and not before.
                assertThat(node.dataplane().isAlive()).isTrue();
                load.stop().requireNoFailures(200);
            }
            // The next one was killed.
            node.dataplane()
                    .awaitOutput("the next process has ended: serving again")
                    .awaitReady();
            tenant.apply(endpoints("upgrade", b));
            tenant.awaitAnswers(8093, host, b);

            try (Load load = Load.on(node.target(8093, host, "/").expectingOneOf("b"))
                            .start();
                    SteelyardProcess next = node.dataplane().another()) {
                next.awaitOutput("is in force");
                assertThat(node.dataplane().terminate(DRAINED)).isZero();
                next.awaitReady();
                eventually().until(() -> load.answered() > 200);
                load.stop().requireNoFailures(200);
                // The node's Lease is held, and its report written, by the process that serves.
                tenant.apply(all("upgrade", 8094, host, b));
                tenant.awaitProgrammed("upgrade");
                tenant.awaitAnswers(8094, host, b);
                assertThat(next.terminate(DRAINED)).isZero();
            }
            node.dataplane().restart().awaitReady();
            tenant.awaitAnswers(8094, host, b);
        }
    }
}
