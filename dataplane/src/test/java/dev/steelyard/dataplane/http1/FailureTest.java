package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.testing.FreePort;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that fail, and clients that leave. */
@Timeout(30)
class FailureTest {

    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String POST = Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "body";
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    /** After so many exchanges of another client its loop has looked at all connections, even at those that it takes its time for. */
    private static final int ENOUGH_TURNS = 20;

    private static InetSocketAddress closedPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
    }

    private static void atRest(EngineFixture engine) {
        await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
    }

    @Test
    void withoutEndpointsTheAnswerIs503() throws Exception {
        try (EngineFixture engine = new EngineFixture();
                Wire client = engine.connect()) {
            client.send(GET);
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.body()).isEqualTo("503 Service Unavailable: no endpoint is available\n");
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.NO_ENDPOINT);
        }
    }

    @Test
    void aRefusedConnectionIsTriedOnTwoOthers() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(closedPort(), closedPort(), server.address());
                Wire client = engine.connect()) {
            client.send(POST);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(engine.meters.retries).hasValue(2);
            atRest(engine);
        }
    }

    @Test
    void whenNoneCanBeReachedTheAnswerIs503() throws Exception {
        try (EngineFixture engine = new EngineFixture(closedPort(), closedPort(), closedPort(), closedPort());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(503);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.CONNECT_FAILED);
            assertThat(engine.meters.retries).hasValue(2);
            atRest(engine);
        }
    }

    @Test
    void aStaleConnectionIsReplacedForRequestsThatMayBeRepeated() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    boolean first = connections.incrementAndGet() == 1;
                    wire.readRequest();
                    wire.send(OK);
                    wire.readRequest();
                    if (first) {
                        wire.reset();
                    } else {
                        wire.send(OK);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(engine.meters.retries).hasValue(1);
            atRest(engine);
        }
    }

    @Test
    void othersAreNotRepeated() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    requests.incrementAndGet();
                    wire.send(OK);
                    wire.readRequest();
                    requests.incrementAndGet();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            client.send(POST);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(requests).hasValue(2);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET);
            atRest(engine);
        }
    }

    @Test
    void aConnectionClosedWhileIdleIsNotUsed() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(OK);
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 1; i <= 3; i++) {
                client.send(POST);
                assertThat(client.readResponse().status()).isEqualTo(200);
                TimeUnit.MILLISECONDS.sleep(50); // what is tested is that the end is seen before the next request
            }
            assertThat(engine.meters.retries).hasValue(0);
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void bytesAfterAResponseAreNeverTheNextOne() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(OK + Wire.head("HTTP/1.1 200 OK", "Content-Length: 4") + "evil");
                    wire.readRequest();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 1; i <= 5; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(server.connections()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nok",
                "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
                "SSH-2.0-OpenSSH\r\n"
            })
    void aMalformedResponseIs502(String text) throws Exception {
        try (RawServer server = RawServer.answering(text);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);
            atRest(engine);
        }
    }

    @Test
    void anEndpointThatClosesWithoutAnswerIs502() throws Exception {
        try (RawServer server = new RawServer(Wire::readRequest);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET);
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            atRest(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100", "Transfer-Encoding: chunked"})
    void aResponseCutShortIsCutShortForTheClientToo(String framing) throws Exception {
        String part = framing.startsWith("T") ? "5\r\nhello\r\n" : "hello";
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", framing) + part);
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
            await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET));
            atRest(engine);
        }
    }

    @Test
    void aResponseUntilCloseThatIsResetNeverLooksComplete() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK") + "hello");
                    seen.await();
                    wire.reset();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire modern = engine.connect();
                Wire old = engine.connect()) {
            modern.send(GET);
            old.send(Wire.head("GET / HTTP/1.0", "Host: test.example"));
            assertThat(old.readHead()).isNotNull();
            assertThat(modern.readHead()).isNotNull();
            old.readExactly(5);
            seen.countDown();
            assertThatThrownBy(old::read).isInstanceOf(IOException.class).hasMessageContaining("reset");
            assertThat(modern.readToEnd()).isEqualTo("5\r\nhello\r\n");
            atRest(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-alive", "close"})
    void aClientThatResetsCancelsItsRequest(String connection) throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch received = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    received.countDown();
                    assertThat(wire.read()).isEqualTo(-1);
                    cancelled.countDown();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "Connection: " + connection));
            assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(engine.inFlight()).isEqualTo(1);
            client.reset();
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            atRest(engine);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.CLIENT_ABORT);
            assertThat(engine.meters.statuses).containsExactly(499);
        }
    }

    @Test
    void aClientThatGoesInTheMidstOfItsBodyCancelsItsRequest() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    wire.readToEnd();
                    cancelled.countDown();
                });
                EngineFixture engine = new EngineFixture(server.address())) {
            try (Wire client = engine.connect()) {
                client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 100") + "part");
                await().untilAsserted(() -> assertThat(engine.inFlight()).isEqualTo(1));
            }
            assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
            atRest(engine);
            assertThat(engine.meters.statuses).containsExactly(499);
        }
    }

    /** With input left unread, the end of its connection would be a reset, which may overtake the answer. */
    @Test
    void aClientThatSaysMoreThanItsLastRequestIsAnsweredWhole() throws Exception {
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch more = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                        if (request.start().startsWith("GET /last ")) {
                            received.countDown();
                            assertThat(more.await(10, TimeUnit.SECONDS)).isTrue();
                        }
                        wire.send(OK);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire other = engine.connect();
                Wire client = engine.connect()) {
            client.send(Wire.head("GET /last HTTP/1.1", "Host: test.example", "Connection: close"));
            assertThat(received.await(10, TimeUnit.SECONDS)).isTrue();
            client.send("\r\nand more");
            for (int turn = 0; turn < ENOUGH_TURNS; turn++) {
                other.send(GET);
                assertThat(other.readResponse().body()).isEqualTo("ok");
            }
            more.countDown();
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(client.read()).isEqualTo(-1);
            atRest(engine);
        }
    }
}
