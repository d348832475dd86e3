package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.Route.Timeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that fail in all kinds of ways, and what /metrics says of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FlagMetricsTest {

    private static final Timeouts BRIEF = new Timeouts(Duration.ofMillis(200), Duration.ZERO);
    private static final Timeouts SILENT = new Timeouts(Duration.ZERO, Duration.ofSeconds(1));
    private static final Timeouts PATIENT = new Timeouts(Duration.ZERO, Duration.ZERO);
    private static final ListenerLimits HASTY =
            new ListenerLimits(0, Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(60), 32_768, 0);

    private final HttpClient scraper = HttpClient.newHttpClient();

    @Test
    void everyKindOfFailureIsCountedUnderItsName() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Semaphore received = new Semaphore(0);
        ManualSource source = new ManualSource();
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (RawServer silent = new RawServer(wire -> {
                    wire.readRequest();
                    done.await();
                });
                RawServer waiting = new RawServer(wire -> {
                    wire.readRequest();
                    received.release();
                    done.await();
                });
                RawServer halting = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                    done.await();
                });
                RawServer closing = new RawServer(Wire::readRequest);
                RawServer babbling = RawServer.answering("NONSENSE\r\n\r\n");
                Dataplane node = Dataplane.start(
                        DataplaneOptions.standard("test")
                                .withThreads(1)
                                .withLocalAddresses()
                                .withAdmin(new AdminOptions(loopback, "", false)),
                        source,
                        ManualSource.noServices())) {
            source.deliver(SnapshotSets.of(
                    1,
                    VirtualServices.named("web")
                            .hosts("test.example")
                            .limits(HASTY)
                            .http(0)
                            .timeouts(BRIEF)
                            .route("/late", "late")
                            .timeouts(SILENT)
                            .route("/silent", "silent")
                            .timeouts(PATIENT)
                            .route("/nobody", "nobody")
                            .route("/refused", "refused")
                            .route("/closed", "closed")
                            .route("/nonsense", "nonsense")
                            .route("/left", "left")
                            .pool("late", silent.address())
                            .pool("silent", halting.address())
                            .pool("nobody", new Member[0])
                            .pool("refused", unused())
                            .pool("closed", closing.address())
                            .pool("nonsense", babbling.address())
                            .pool("left", waiting.address())));
            ListenerKey key = new ListenerKey("127.0.0.1", 0);
            await().until(() -> node.ports().containsKey(key));
            int port = Objects.requireNonNull(node.ports().get(key));

            assertThat(status(port, "/nobody")).isEqualTo(503);
            assertThat(status(port, "/refused")).isEqualTo(503);
            assertThat(status(port, "/closed")).isEqualTo(502);
            assertThat(status(port, "/nonsense")).isEqualTo(502);
            assertThat(status(port, "/late")).isEqualTo(504);
            assertThat(status(port, "/nowhere")).isEqualTo(404);
            assertThat(status(port, "/a b")).isEqualTo(400);
            try (Wire client = connect(port)) {
                client.send("GET / HTTP/1.1\r\nHost:");
                assertThat(client.readResponse().status()).isEqualTo(408);
            }
            try (Wire client = connect(port)) {
                client.send(get("/silent"));
                assertThat(client.readHead()).isNotNull();
                assertThat(client.readToEnd()).isEqualTo("half");
            }
            try (Wire client = connect(port)) {
                client.send(get("/left"));
                received.acquire();
                client.reset();
            }

            String admin =
                    "http://127.0.0.1:" + node.adminAddress().orElseThrow().getPort() + "/metrics";
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(scrape(admin))
                            .contains(
                                    flagged("no_endpoint", "nobody"),
                                    flagged("connect_failed", "refused"),
                                    flagged("upstream_reset", "closed"),
                                    flagged("upstream_protocol_error", "nonsense"),
                                    flagged("request_timeout", "late"),
                                    flagged("idle_timeout", "silent"),
                                    flagged("client_abort", "left"))
                            .containsPattern("steelyard_requests_flagged_total\\{flag=\"no_route\"[^}]*} 1.0")
                            .containsPattern("steelyard_requests_flagged_total\\{flag=\"bad_request\"[^}]*} 1.0")
                            .containsPattern("steelyard_requests_flagged_total\\{flag=\"client_timeout\"[^}]*} 1.0"));
            done.countDown();
        }
    }

    private static String flagged(String flag, String route) {
        return "steelyard_requests_flagged_total{flag=\"" + flag + "\",namespace=\"shop\",pool=\"" + route
                + "\",route=\"" + route + "\",virtual_service=\"web\"} 1.0";
    }

    private static Wire connect(int port) throws IOException {
        return Wire.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    private static String get(String path) {
        return Wire.head("GET " + path + " HTTP/1.1", "Host: test.example");
    }

    private static int status(int port, String path) throws IOException {
        try (Wire client = connect(port)) {
            client.send(get(path));
            return client.readResponse().status();
        }
    }

    /** Where nobody listens. */
    private static InetSocketAddress unused() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return (InetSocketAddress) free.getLocalSocketAddress();
        }
    }

    private String scrape(String uri) throws IOException, InterruptedException {
        return scraper.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                .body();
    }
}
