package dev.steelyard.e2e.standalone;

import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static dev.steelyard.e2e.program.SteelyardCommand.steelyard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** {@code steelyard run} as a process. */
class RunIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "shop.example.com";
    private static final Executor NEW_THREAD = task -> new Thread(task, "client").start();

    private final ServedFolder folder = ServedFolder.create("run");
    private final int port = Ports.free();
    private final Target target = Target.http("127.0.0.1", port, HOST, "/");

    @Test
    void oneReadyLineOnStdoutAndComplaintsOnStderrBesideWhatIsServed() throws IOException {
        folder.write("bad.yaml", virtualService("bad", 0, "bad.example.com", "web"));
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("good.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            String err = folder.file("err");
            try (SteelyardProcess run = SteelyardProcess.standalone(folder.path())
                    .under(List.of("sh", "-c", "exec \"$@\" 2> " + err, "sh"))
                    .start()
                    .awaitOutput("ready ")) {
                // Ready means bound: the very first request is answered.
                Load.requests(target.expectingOneOf("a"), 20).requireNoFailures(20);
                assertThat(run.output())
                        .isEqualTo("ready http://localhost:" + port + "/ admin " + run.adminUrl() + "/\n");
                assertThat(Files.readString(folder.path().resolve("err")))
                        .contains(folder.file("bad.yaml") + ": VirtualService/bad: spec.listeners[0].port: ");
                assertThat(run.admin("/readyz").status()).isEqualTo(200);
                // What is told later does not say `ready` again.
                folder.write("bad.yaml", virtualService("bad", port, "bad.example.com", "web"));
                await().atMost(LIMIT)
                        .until(() -> Node.get(Target.http("127.0.0.1", port, "bad.example.com", "/"))
                                        .status()
                                == 200);
                assertThat(run.output().lines()).hasSize(1);
            }
        }
    }

    @Test
    void nothingValidIsTheEnd() {
        folder.write("bad.yaml", virtualService("bad", 0, "bad.example.com", "web"));
        CommandResult run = steelyard("run", "-f", folder.path().toString());
        assertThat(run.exitCode()).as("%s", run).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains(folder.file("bad.yaml") + ": VirtualService/bad: spec.listeners[0].port: ")
                .contains("there is nothing valid to serve");
    }

    @Test
    void sigtermLetsWhatIsUnderWayFinishAndExitsWithZero() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("good.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            try (SteelyardProcess run =
                    SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ")) {
                CompletableFuture<Answer> slow =
                        CompletableFuture.supplyAsync(() -> Node.get(target.at("/delay/3000")), NEW_THREAD);
                await().atMost(LIMIT).until(() -> a.requests() == 1);
                assertThat(run.terminate(LIMIT)).isZero();
                Answer answer = slow.join();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text()).isEqualTo("a\n");
                assertThat(answer.field("Connection")).contains("close");
                assertThat(Ports.answers("127.0.0.1", port)).isFalse();
            }
        }
    }

    @Test
    void editsOfFilesLoseNoRequest() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1");
                EchoServer b = EchoServer.start("b", "127.0.0.1")) {
            folder.write("pool.yaml", ServedFolder.pool("web", a));
            folder.write("shop.yaml", virtualService("shop", port, HOST, "web"));
            try (SteelyardProcess run =
                            SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
                    Load load = Load.on(target.expectingOneOf("a", "b")).start()) {
                for (int i = 0; i < 20; i++) {
                    EchoServer next = i % 2 == 0 ? b : a;
                    edit(i, next);
                    await().atMost(LIMIT)
                            .until(() -> Node.get(target).text().strip().equals(next.name()));
                }
                load.stop().requireNoFailures(500);
                assertThat(run.isAlive()).isTrue();
            }
        }
    }

    /** Leads to a backend, in one of the ways in which files change. */
    private void edit(int number, EchoServer backend) {
        String pool = ServedFolder.pool("web", backend);
        switch (number % 4) {
            case 0 -> folder.write("pool.yaml", pool);
            case 1 -> folder.replace("pool.yaml", pool);
            case 2 -> {
                folder.write("pool.yaml", "apiVersion: steelyard.dev/v1alpha1\nkind: [");
                folder.write("pool.yaml", pool);
                folder.write("other.yaml", virtualService("other", Ports.free(), "other.example.com", "web"));
            }
            default -> {
                folder.replace("shop.yaml", virtualService("shop", port, HOST, "web", """
                        routes:
                          - {name: n%d, match: [{path: {type: Prefix, value: /%d}}], pools: [{name: web}]}
                        """.formatted(number, number)
                        .strip()));
                folder.replace("pool.yaml", pool);
            }
        }
    }
}
