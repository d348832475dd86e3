package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Retry.Budget;
import dev.steelyard.snapshot.Retry.On;
import dev.steelyard.testing.FreePort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again by policy, and those that are not. */
@Timeout(30)
class RetryTest {

    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String PUT = Wire.head("PUT / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "body";
    private static final String POST = Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "body";
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";
    private static final String BUSY = Wire.head("HTTP/1.1 503 Service Unavailable", "Content-Length: 4") + "busy";
    private static final Budget AMPLE = new Budget(100, 100);

    private static Retry retry(int attempts, On... on) {
        return new Retry(attempts, List.of(on), Optional.empty(), false, AMPLE);
    }

    private static RawServer resetting() {
        return new RawServer(wire -> {
            wire.readRequest();
            wire.reset();
        });
    }

    private static void atRest(EngineFixture engine) {
        await().untilAsserted(() -> {
            assertThat(engine.inFlight()).isZero();
            assertThat(engine.load().underWay()).isZero();
            assertThat(engine.load().retrying()).isZero();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void anEndpointsErrorIsTriedElsewhere(int status) throws Exception {
        String error = Wire.head("HTTP/1.1 " + status + " No", "Content-Length: 2") + "no";
        try (RawServer bad = RawServer.answering(error);
                RawServer good = RawServer.answering(OK);
                EngineFixture engine =
                        new EngineFixture(bad.address(), good.address()).retry(retry(2, On.GATEWAY_ERROR));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(engine.meters.retries).hasValue(1);
            assertThat(engine.meters.flags).isEmpty();
            atRest(engine);
        }
    }

    @Test
    void otherErrorsAreAnswers() throws Exception {
        String error = Wire.head("HTTP/1.1 500 No", "Content-Length: 2") + "no";
        try (RawServer bad = RawServer.answering(error);
                EngineFixture engine = new EngineFixture(bad.address()).retry(retry(2, On.GATEWAY_ERROR));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(500);
            assertThat(engine.meters.retries).hasValue(0);
        }
    }

    @Test
    void theLastErrorIsPassedOnAsItIs() throws Exception {
        try (RawServer bad = RawServer.answering(BUSY);
                EngineFixture engine = new EngineFixture(bad.address()).retry(retry(2, On.GATEWAY_ERROR));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("busy");
            assertThat(engine.meters.retries).hasValue(2);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.RETRY_LIMIT);
            await().untilAsserted(() -> assertThat(engine.meters.statuses).containsExactly(503));
            atRest(engine);
        }
    }

    @Test
    void withoutPolicyAnErrorIsPassedOn() throws Exception {
        try (RawServer bad = RawServer.answering(BUSY);
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("busy");
        }
    }

    @Test
    void aResetBeforeTheResponseIsTriedElsewhere() throws Exception {
        try (RawServer bad = resetting();
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            atRest(engine);
        }
    }

    @Test
    void theBodyIsSentAgain() throws Exception {
        List<String> bodies = new CopyOnWriteArrayList<>();
        try (RawServer bad = resetting();
                RawServer good = new RawServer(wire -> {
                    bodies.add(Objects.requireNonNull(wire.readRequest()).body());
                    wire.send(OK);
                });
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(PUT);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(bodies).containsExactly("body");
            atRest(engine);
        }
    }

    /** The first endpoint fails in the midst of the body; the second one gets what it had, and the rest. */
    @Test
    void aBodyStillArrivingIsSentAgainAsFarAsItCame() throws Exception {
        List<String> bodies = new CopyOnWriteArrayList<>();
        CountDownLatch failed = new CountDownLatch(1);
        try (RawServer bad = new RawServer(wire -> {
                    wire.readHead();
                    wire.readLine();
                    wire.readExactly(5);
                    wire.reset();
                    failed.countDown();
                });
                RawServer good = new RawServer(wire -> {
                    bodies.add(Objects.requireNonNull(wire.readRequest()).body());
                    wire.send(OK);
                });
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(Wire.head("PUT / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked"));
            client.send("5\r\nfirst\r\n");
            failed.await();
            client.send("6\r\nsecond\r\n0\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(bodies).containsExactly("firstsecond");
            atRest(engine);
        }
    }

    @Test
    void aLargeBodyIsNotKept() throws Exception {
        String large = "x".repeat(100_000);
        try (RawServer bad = resetting();
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(Wire.head("PUT / HTTP/1.1", "Host: test.example", "Content-Length: 100000") + large);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET);
            assertThat(good.connections()).isZero();
            atRest(engine);
        }
    }

    @Test
    void aChunkedBodyIsKeptUntilItIsLarge() throws Exception {
        String large = "x".repeat(100_000);
        try (RawServer bad = resetting();
                EngineFixture engine = new EngineFixture(bad.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(Wire.head("PUT / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked") + "186a0\r\n"
                    + large + "\r\n0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.retries).hasValue(0);
            atRest(engine);
        }
    }

    @Test
    void whatAnEndpointMayHaveActedOnIsNotSentAgain() throws Exception {
        try (RawServer bad = resetting();
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address())
                        .retry(retry(2, On.CONNECT_FAILURE, On.RESET, On.GATEWAY_ERROR));
                Wire client = engine.connect()) {
            client.send(POST);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(good.connections()).isZero();
            atRest(engine);
        }
    }

    @Test
    void unlessThePolicySaysThatItDoesNotMatter() throws Exception {
        Retry whatever = new Retry(1, List.of(On.RESET), Optional.empty(), true, AMPLE);
        try (RawServer bad = resetting();
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(whatever);
                Wire client = engine.connect()) {
            client.send(POST);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            atRest(engine);
        }
    }

    @Test
    void afterAnInterimResponseNothingIsSentAgain() throws Exception {
        CountDownLatch hinted = new CountDownLatch(1);
        try (RawServer bad = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: </style.css>"));
                    hinted.await();
                    wire.reset();
                });
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(bad.address(), good.address()).retry(retry(2, On.RESET));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(103);
            hinted.countDown();
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(good.connections()).isZero();
            atRest(engine);
        }
    }

    @Test
    void anEndpointThatIsSilentIsLeftForAnother() throws Exception {
        Retry impatient = new Retry(5, List.of(On.TIMEOUT), Optional.of(Duration.ofMillis(300)), false, AMPLE);
        CountDownLatch left = new CountDownLatch(1);
        try (RawServer silent = new RawServer(wire -> {
                    wire.readToEnd();
                    left.countDown();
                });
                RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(silent.address(), good.address()).retry(impatient);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            left.await();
            atRest(engine);
        }
    }

    @Test
    void whenAllAreSilentTheAnswerIs504() throws Exception {
        Retry impatient = new Retry(1, List.of(On.TIMEOUT), Optional.of(Duration.ofMillis(100)), false, AMPLE);
        try (RawServer silent = new RawServer(Wire::readToEnd);
                EngineFixture engine = new EngineFixture(silent.address()).retry(impatient);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(504);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.RETRY_LIMIT, ResponseFlag.PER_TRY_TIMEOUT);
            assertThat(silent.connections()).isEqualTo(2);
            atRest(engine);
        }
    }

    /** A bound on each try does not count while the client is still sending. */
    @Test
    void aSlowUploadIsNotTheEndpointsFault() throws Exception {
        Retry impatient = new Retry(1, List.of(On.TIMEOUT), Optional.of(Duration.ofMillis(200)), false, AMPLE);
        CountDownLatch upload = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(OK);
                });
                EngineFixture engine = new EngineFixture(server.address()).retry(impatient);
                Wire client = engine.connect()) {
            client.send(Wire.head("PUT / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "bo");
            // Longer than the bound: that nothing happens is what is tested.
            assertThat(upload.await(500, TimeUnit.MILLISECONDS)).isFalse();
            client.send("dy");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(engine.meters.retries).hasValue(0);
        }
    }

    @Test
    void noneMeansNone() throws Exception {
        InetSocketAddress closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
        try (RawServer good = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(closed, good.address()).retry(retry(0, On.CONNECT_FAILURE));
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(503);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.CONNECT_FAILED);
        }
    }

    /** Twenty requests fail at once; the budget lets two be tried again at a time, and each once. */
    @Test
    void aBudgetBoundsRetries() throws Exception {
        int clients = 20;
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(clients);
        try (RawServer busy = new RawServer(wire -> {
                    while (wire.readRequest() != null) {
                        asked.incrementAndGet();
                        all.countDown();
                        all.await();
                        wire.send(BUSY);
                    }
                });
                EngineFixture engine = new EngineFixture(busy.address())
                        .retry(new Retry(1, List.of(On.GATEWAY_ERROR), Optional.empty(), false, new Budget(10, 1)))) {
            List<Wire> wires = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Wire client = engine.connect();
                wires.add(client);
                client.send(GET);
            }
            for (Wire client : wires) {
                assertThat(client.readResponse().body()).isEqualTo("busy");
                client.close();
            }
            atRest(engine);
            int retried = engine.meters.retries.get();
            assertThat(retried).isBetween(1, clients - 1);
            assertThat(engine.meters.flags.stream().filter(flag -> flag == ResponseFlag.RETRY_LIMIT))
                    .hasSize(retried);
            assertThat(engine.meters.flags.stream().filter(flag -> flag == ResponseFlag.RETRY_BUDGET))
                    .hasSize(clients - retried);
        }
    }

    @Test
    void aClientThatLeavesWhileItsRequestWaitsEndsIt() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Retry stubborn = new Retry(10, List.of(On.GATEWAY_ERROR), Optional.empty(), false, AMPLE);
        try (RawServer busy = new RawServer(wire -> {
                    while (wire.readRequest() != null) {
                        asked.incrementAndGet();
                        wire.send(BUSY);
                    }
                });
                EngineFixture engine = new EngineFixture(busy.address()).retry(stubborn)) {
            try (Wire client = engine.connect()) {
                client.send(GET);
                await().until(() -> asked.get() > 0);
                client.reset();
            }
            atRest(engine);
        }
    }
}
