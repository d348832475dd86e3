package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code make run} starts: standalone mode on {@code examples/quickstart} with its two demo backends. */
class QuickstartIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WEB = 8080;
    private static final List<Integer> BACKENDS = List.of(8081, 8082);

    @Test
    void balancesUntilItIsEndedAndTakesItsBackendsWithIt() {
        try (ServerProcess quickstart = start()) {
            awaitBalanced(quickstart);
            // A health check that comes late takes a backend out for a moment: a later hundred is even again.
            await().atMost(LIMIT).until(QuickstartIT::aHundredRequestsAreEven);

            quickstart.signal(
                    "TERM"); // as Ctrl-C, which a shell that starts tests in the background would have them ignore
            await().atMost(LIMIT).until(() -> !quickstart.isAlive());
            awaitBackendsGone();
        }
    }

    @Test
    void theBackendsEndAlsoWhenSteelyardIsKilled() {
        try (ServerProcess quickstart = start()) {
            awaitBalanced(quickstart);
            quickstart.signal("KILL");
            awaitBackendsGone();
        }
    }

    private static ServerProcess start() {
        Path log = SourceTree.newFolder("quickstart").resolve("log");
        String script = SourceTree.resolve("examples/quickstart/run").toString();
        return ServerProcess.start("quickstart", log, Map.of(), List.of(script));
    }

    private static void awaitBalanced(ServerProcess quickstart) {
        quickstart.await("ready", LIMIT, () -> quickstart.output().contains("ready "));
        BACKENDS.forEach(port -> quickstart.await("balancing", LIMIT, () -> Ports.answers("127.0.0.1", port)));
        // Health checks run each second: wait until none of the backends is out any more.
        quickstart.await(
                "balancing",
                LIMIT,
                () -> Load.requests(Target.http("127.0.0.1", WEB, "localhost", "/"), 10)
                                .byBackend()
                                .size()
                        == 2);
    }

    /** Whether both get about half of them; fails if one of them fails. */
    private static boolean aHundredRequestsAreEven() {
        LoadReport report = Load.requests(Target.http("127.0.0.1", WEB, "localhost", "/"), 100)
                .requireNoFailures(100);
        assertThat(report.byBackend()).isNotEmpty();
        assertThat(List.of("blue", "green")).containsAll(report.byBackend().keySet());
        return report.byBackend().size() == 2
                && report.byBackend().values().stream().allMatch(count -> count >= 45 && count <= 55);
    }

    private static void awaitBackendsGone() {
        BACKENDS.forEach(port -> await().atMost(LIMIT).until(() -> !Ports.answers("127.0.0.1", port)));
    }
}
