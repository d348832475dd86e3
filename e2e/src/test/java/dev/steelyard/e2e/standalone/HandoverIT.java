package dev.steelyard.e2e.standalone;

import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** A process that takes over from another one on the same machine. */
class HandoverIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HOST = "shop.example.com";
    private static final Executor NEW_THREAD = task -> new Thread(task, "client").start();

    /** Enough to show that it works; {@code -Dsteelyard.restarts=50} shows that it always does. */
    private static final int RESTARTS = Integer.getInteger("steelyard.restarts", 4);

    private final ServedFolder folder = ServedFolder.create("handover");
    private final ServedFolder state = ServedFolder.create("state");
    private final int port = Ports.free();
    private final int second = Ports.free();
    private final Target target = Target.http("127.0.0.1", port, HOST, "/");

    @Test
    void restartsUnderLoadFailNoRequestWhateverTheNumberOfThreads() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("all.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            SteelyardProcess running = start();
            try (Load load =
                    Load.on(target.expectingOneOf("a")).keeping(4).fresh(4).start()) {
                for (int i = 0; i < RESTARTS; i++) {
                    SteelyardProcess next = running.another("--threads", Integer.toString(1 + i % 3));
                    try (SteelyardProcess old = running) {
                        running = next;
                        next.awaitOutput("ready ");
                        assertThat(old.awaitEnd(LIMIT)).isZero();
                    }
                    assertThat(next.admin("/readyz").status()).isEqualTo(200);
                }
                LoadReport report = load.stop().requireNoFailures(100L * RESTARTS);
                System.out.printf("e2e: %d restarts under load: %s%n", RESTARTS, report);
            } finally {
                running.close();
            }
        }
    }

    @Test
    void whatIsUnderWayEndsWhereItBegan() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1");
                EchoServer b = EchoServer.start("b", "127.0.0.1")) {
            folder.write("all.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            try (SteelyardProcess old = start()) {
                CompletableFuture<Answer> slow =
                        CompletableFuture.supplyAsync(() -> patiently(target.at("/delay/12000")), NEW_THREAD);
                await().atMost(LIMIT).until(() -> a.requests() == 1);
                // The next process has another configuration: one listener more.
                folder.write("b.yaml", ServedFolder.pool("other", b), virtualService("b", second, HOST, "other"));
                try (SteelyardProcess next = old.another().awaitOutput("ready ")) {
                    assertThat(Node.get(target).text()).isEqualTo("a\n");
                    assertThat(Node.get(Target.http("127.0.0.1", second, HOST, "/"))
                                    .text())
                            .isEqualTo("b\n");
                    assertThat(slow).isNotDone();
                    Answer answer = slow.join();
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.field("Connection")).contains("close");
                    assertThat(old.awaitEnd(LIMIT)).isZero();
                    assertThat(next.isAlive()).isTrue();
                }
            }
        }
    }

    /** Longer than a next process needs to start, on a machine that is busy with others. */
    private static Answer patiently(Target slow) {
        try (ClientConnection client = new ClientConnection(slow, (int) LIMIT.toMillis())) {
            return client.get(slow.host(), slow.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aNextProcessThatCannotServeChangesNothing() {
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("all.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            try (SteelyardProcess old = start();
                    Load load = Load.on(target.expectingOneOf("a")).start()) {
                ServedFolder nothing = ServedFolder.create("nothing");
                nothing.write("pool.yaml", ServedFolder.pool("web", a));
                try (SteelyardProcess next = SteelyardProcess.standalone(nothing.path())
                        .arguments("--state", state.path().toString())
                        .start()) {
                    assertThat(next.awaitEnd(LIMIT)).isEqualTo(2);
                }
                assertThat(old.isAlive()).isTrue();
                assertThat(old.admin("/readyz").status()).isEqualTo(200);
                load.stop().requireNoFailures(100);
            }
        }
    }

    private SteelyardProcess start() {
        return SteelyardProcess.standalone(folder.path())
                .arguments("--state", state.path().toString())
                .start()
                .awaitOutput("ready ");
    }
}
