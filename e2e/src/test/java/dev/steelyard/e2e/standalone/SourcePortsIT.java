package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.OwnNetwork;
import dev.steelyard.e2e.network.TestHost;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A host with a dozen ports for connections to endpoints: who finds none left is told, other endpoints are served, and so is everybody afterwards. */
class SourcePortsIT {
    private static final String HOST = "shop.example.com";
    private static final int PORT = 8080;
    private static final int PORTS = 12;
    private static final int CLIENTS = 40;
    private static final Executor NEW_THREAD = task -> new Thread(task, "client").start();

    @Test
    void requestsBeyondThePortsAreAnsweredAndOthersServed() {
        ServedFolder folder = ServedFolder.create("source-ports");
        try (TestHost host = TestHost.start("few-ports"); // makes the network that the servers are on, too
                EchoServer slow = EchoServer.start("slow", OwnNetwork.GATEWAY);
                EchoServer other = EchoServer.start("other", OwnNetwork.GATEWAY)) {
            List<String> range = new ArrayList<>(host.commandPrefix());
            range.addAll(List.of("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 " + (40000 + PORTS - 1)));
            Commands.run(range.toArray(String[]::new)).requireSuccess();
            folder.write("all.yaml", ServedFolder.pool("slow", slow), ServedFolder.pool("other", other), """
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: shop}
                    spec:
                      listeners: [{name: web, port: %d, protocol: HTTP}]
                      routes: [{name: other, match: [{path: {type: Prefix, value: /other}}], pools: [{name: other}]}]
                      pool: slow
                    """.formatted(
                            PORT));
            try (SteelyardProcess run =
                    SteelyardProcess.standalone(folder.path()).on(host).start().awaitOutput("ready ")) {
                Target target = Target.http(host.address(), PORT, HOST, "/delay/6000");
                List<CompletableFuture<Answer>> answers = IntStream.range(0, CLIENTS)
                        .mapToObj(_ -> CompletableFuture.supplyAsync(() -> get(target), NEW_THREAD))
                        .toList();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> answers.stream()
                                        .filter(CompletableFuture::isDone)
                                        .count()
                                >= CLIENTS - PORTS);
                // As many as there are ports wait for the endpoint; towards another one the same ports are free.
                assertThat(answers).anySatisfy(answer -> assertThat(answer).isNotDone());
                assertThat(get(target.at("/other")).text()).isEqualTo("other\n");
                assertThat(answers.stream().map(answer -> answer.join().status()))
                        .contains(200)
                        .containsOnly(200, 503);
                assertThat(answers.stream()
                                .filter(answer -> answer.join().status() == 200)
                                .count())
                        .isBetween(1L, (long) PORTS);
                assertThat(run.admin("/metrics").body())
                        .containsPattern("steelyard_requests_flagged_total\\{[^}]*flag=\"no_source_port\"[^}]*} [1-9]")
                        .containsPattern("steelyard_requests_flagged_total\\{[^}]*flag=\"connect_failed\"[^}]*} [1-9]");
                // Then all are served again.
                Load.requests(target.at("/").expectingOneOf("slow"), 100).requireNoFailures(100);
            }
        }
    }

    private static Answer get(Target target) {
        try (ClientConnection client = new ClientConnection(target, 30_000)) {
            return client.get(target.host(), target.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
