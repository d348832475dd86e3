package dev.steelyard.e2e.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.network.LocalAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The load generator sees what it must see, or every test that rests on it would be worth nothing. */
class LoadIT {

    @Test
    void countsAnswersByBackend() {
        try (EchoServer server = EchoServer.start("a", LocalAddresses.nextV4());
                Load load = Load.on(target(server).expectingOneOf("a")).start()) {
            await().until(() -> load.answered() >= 100);
            LoadReport report = load.stop().requireNoFailures(100);
            assertThat(report.byBackend()).containsOnlyKeys("a");
            assertThat(server.requests()).isEqualTo(report.answered());
        }
    }

    @Test
    void aWrongBodyIsAFailure() {
        try (EchoServer server = EchoServer.start("a", "127.0.0.1")) {
            LoadReport report = Load.requests(target(server).expectingOneOf("b"), 3);
            assertThat(report.failures())
                    .hasSize(3)
                    .allSatisfy(failure -> assertThat(failure.cause()).contains("not the answer due"));
            assertThatThrownBy(() -> report.requireNoFailures(0)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void aConnectionClosedUnderARequestIsAFailureAlsoAfterTheRetry() {
        try (EchoServer server = EchoServer.start("a", "127.0.0.1")) {
            LoadReport report = Load.requests(target(server).at("/hangup"), 2);
            assertThat(report.failures()).hasSize(2);
            assertThat(report.answered()).isZero();
        }
    }

    @Test
    void aServerThatStopsAndReturnsIsSeenByBothKindsOfClients() {
        try (EchoServer server = EchoServer.start("a", "127.0.0.1");
                Load load = Load.on(target(server)).start()) {
            await().until(() -> load.answered() > 50);
            server.stop();
            server.restart();
            long before = load.answered();
            await().until(() -> load.answered() > before + 50);
            LoadReport report = load.stop();
            assertThat(report.failures().size() + report.retriedAfterIdleClose())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 3\n\nabc",
                "HTTP/1.1 200 OK\r\nContent Length: 3\r\n\r\nabc",
                "ICY 200 OK\r\nContent-Length: 3\r\n\r\nabc"
            })
    void anAnswerThatIsNotCompleteAndCorrectIsAFailure(String bytes) throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answerOnce(listening, bytes));
            Target target = new Target(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()),
                    "localhost",
                    "/",
                    java.util.Optional.empty(),
                    answer -> true);
            try (ClientConnection client = new ClientConnection(target, 2000)) {
                assertThatThrownBy(() -> client.get("localhost", "/")).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void nginxServesAndWrkCounts() {
        try (NginxServer nginx = NginxServer.start("n", LocalAddresses.nextV4())) {
            Load.requests(
                            Target.http(nginx.host(), nginx.port(), "shop.example.com", "/")
                                    .expectingOneOf("n"),
                            10)
                    .requireNoFailures(10);
            Wrk wrk = Wrk.run("http://" + nginx.host() + ":" + nginx.port() + "/", 2, Duration.ofSeconds(1));
            assertThat(wrk.errors()).isZero();
            assertThat(wrk.requests()).isPositive();
        }
    }

    private static void answerOnce(ServerSocket listening, String bytes) {
        try (var connection = listening.accept()) {
            var reader = new java.io.BufferedReader(
                    new java.io.InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            while (!reader.readLine().isEmpty()) {
                // the head of the request
            }
            connection.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // the client has seen enough
        }
    }

    private static Target target(EchoServer server) {
        return Target.http(server.host(), server.port(), "shop.example.com", "/");
    }
}
