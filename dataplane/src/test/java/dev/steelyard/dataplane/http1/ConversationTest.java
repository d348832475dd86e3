package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.ListenerLimits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How messages follow each other on a connection, and how their bodies are framed on either side. */
@Timeout(30)
class ConversationTest {

    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String NUMBERED = Wire.head("GET /%d HTTP/1.1", "Host: test.example");
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    private final List<Wire.Message> seen = new CopyOnWriteArrayList<>();

    private RawServer echo() {
        return new RawServer(wire -> {
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                seen.add(request);
                String body = request.start() + "|" + request.body();
                wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + body.length()) + body);
            }
        });
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawServer server = echo();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) {
                all.append(NUMBERED.formatted(i));
            }
            client.send(all.toString());
            for (int i = 0; i < 200; i++) {
                assertThat(client.readResponse().body()).isEqualTo("GET /" + i + " HTTP/1.1|");
            }
            assertThat(server.faults()).isEmpty();
            await().untilAsserted(() -> assertThat(engine.meters.statuses).hasSize(200));
        }
    }

    @Test
    void chunksAndTrailersPassBothWays() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    seen.add(wire.readRequest());
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum"));
                    wire.send("5;ext=1\r\nhello\r\n");
                    wire.send("1\r\n!\r\n0\r\nX-Sum: 9\r\nContent-Length: 1\r\n\r\n");
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("POST / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked", "TE: trailers"));
            client.send("3\r\nabc\r\n");
            client.send("4;x=y\r\ndefg\r\n0\r\nX-Check: 7\r\nHost: evil\r\n\r\n");
            Wire.Message response = client.readResponse();
            assertThat(response.body()).isEqualTo("hello!");
            assertThat(response.trailers()).containsExactly("X-Sum: 9");
            assertThat(response.fields()).containsExactly("Trailer: X-Sum", "Transfer-Encoding: chunked");
            assertThat(seen.getFirst().body()).isEqualTo("abcdefg");
            assertThat(seen.getFirst().trailers()).containsExactly("X-Check: 7");
            assertThat(seen.getFirst().fields()).contains("TE: trailers", "Connection: TE");
        }
    }

    @Test
    void responsesWithoutBodyAreRecognised() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 1000"));
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 204 No Content", "Content-Length: 5"));
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 304 Not Modified", "Content-Length: 7", "ETag: x"));
                    wire.readRequest();
                    wire.send(OK);
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse(true).fields()).containsExactly("Content-Length: 1000");
            client.send(GET);
            assertThat(client.readResponse().fields()).isEmpty();
            client.send(GET);
            assertThat(client.readResponse().fields()).containsExactly("Content-Length: 7", "ETag: x");
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aResponseUntilCloseIsChunkedForTheClient() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK") + "until the end");
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                Wire.Message response = client.readResponse();
                assertThat(response.field("Transfer-Encoding")).isEqualTo("chunked");
                assertThat(response.body()).isEqualTo("until the end");
            }
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void anHttp10ClientIsSpokenToInItsTongue() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    seen.add(wire.readRequest());
                    wire.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: x"));
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "2\r\nok\r\n0\r\n\r\n");
                    seen.add(wire.readRequest());
                    wire.send(OK);
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address())) {
            try (Wire client = engine.connect()) {
                client.send(Wire.head("GET / HTTP/1.0", "Host: test.example", "Connection: keep-alive"));
                assertThat(client.readToEnd()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok");
            }
            try (Wire client = engine.connect()) {
                client.send(Wire.head("GET / HTTP/1.0", "Host: test.example", "Connection: keep-alive"));
                Wire.Message response = client.readResponse();
                assertThat(response.fields())
                        .containsExactly("Content-Length: 2", "Connection: keep-alive", "Keep-Alive: timeout=60");
                client.send(Wire.head("GET / HTTP/1.0"));
                assertThat(client.readResponse().status()).isEqualTo(404);
                assertThat(client.read()).isEqualTo(-1);
            }
        }
    }

    /** Whoever asks is told for how long: relayed responses, and our own. */
    @Test
    void aClientThatAsksForKeepAliveIsToldForHowLong() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            String asking = "Connection: Keep-Alive";
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", asking));
            Wire.Message relayed = client.readResponse();
            assertThat(relayed.field("Connection")).isEqualTo("keep-alive");
            assertThat(relayed.field("Keep-Alive")).isEqualTo("timeout=60");
            client.send(Wire.head("GET / HTTP/1.1", "Host: other.example", asking));
            Wire.Message own = client.readResponse();
            assertThat(own.status()).isEqualTo(404);
            assertThat(own.field("Connection")).isEqualTo("keep-alive");
            assertThat(own.field("Keep-Alive")).isEqualTo("timeout=60");
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().fields()).containsExactly("Content-Length: 2");
            engine.limits(kept(Duration.ofMillis(900), Duration.ZERO));
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", asking));
            assertThat(client.readResponse().fields()).containsExactly("Content-Length: 2", "Connection: keep-alive");
            engine.limits(kept(Duration.ZERO, Duration.ofHours(1)));
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", asking));
            assertThat(client.readResponse().field("Keep-Alive")).matches("timeout=3[45][0-9]{2}");
            engine.drain();
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", asking));
            assertThat(client.readResponse().fields()).containsExactly("Content-Length: 2", "Connection: close");
        }
    }

    private static ListenerLimits kept(Duration idle, Duration age) {
        return new ListenerLimits(0, age, Duration.ofSeconds(10), idle, 32_768, 0);
    }

    @Test
    void continueIsAskedForAndRelayed() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    Wire.Message head = Objects.requireNonNull(wire.readHead());
                    assertThat(head.field("Expect")).isEqualTo("100-continue");
                    wire.send(Wire.head("HTTP/1.1 100 Continue"));
                    wire.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: </a>", "Connection: x"));
                    assertThat(new String(wire.readExactly(4), StandardCharsets.US_ASCII))
                            .isEqualTo("body");
                    wire.send(OK);
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("POST / HTTP/1.1", "Host: test.example", "Expect: 100-continue", "Content-Length: 4"));
            assertThat(client.readResponse().status()).isEqualTo(100);
            Wire.Message hints = client.readResponse();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.fields()).containsExactly("Link: </a>");
            client.send("body");
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void earlyHintsArePassedOn() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 103 Early Hints", "Link: </style.css>; rel=preload"));
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            Wire.Message hints = client.readResponse();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.field("Link")).isEqualTo("</style.css>; rel=preload");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
    }

    @Test
    void anAnswerBeforeTheBodyIsPassedOnAndTheConnectionClosed() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    wire.send(Wire.head("HTTP/1.1 413 Too Large", "Content-Length: 3") + "no!");
                    wire.readToEnd();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 1000000"));
            client.send(new byte[1_000]);
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(413);
            assertThat(response.field("Connection")).isEqualTo("close");
            client.send(new byte[100_000]);
            assertThat(client.read()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }

    @Test
    void aClientThatEndsItsSideStillGetsItsAnswers() throws Exception {
        try (RawServer server = echo();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(NUMBERED.formatted(1) + NUMBERED.formatted(2));
            client.endOutput();
            assertThat(client.readResponse().body()).startsWith("GET /1");
            assertThat(client.readResponse().body()).startsWith("GET /2");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void aDrainingListenerAnswersAndSaysClose() throws Exception {
        try (RawServer server = echo();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().field("Connection")).isNull();
            engine.drain();
            client.send(GET);
            assertThat(client.readResponse().field("Connection")).isEqualTo("close");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionEndsWithItsLastRequestOrAtItsAge() throws Exception {
        ListenerLimits few =
                new ListenerLimits(0, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(60), 32_768, 2);
        ListenerLimits young =
                new ListenerLimits(0, Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60), 32_768, 0);
        try (RawServer server = echo();
                EngineFixture engine = new EngineFixture(server.address()).limits(few)) {
            try (Wire client = engine.connect()) {
                client.send(GET);
                assertThat(client.readResponse().field("Connection")).isNull();
                client.send(GET);
                assertThat(client.readResponse().field("Connection")).isEqualTo("close");
                assertThat(client.read()).isEqualTo(-1);
            }
            engine.limits(young);
            try (Wire client = engine.connect()) {
                client.send(GET);
                client.readResponse();
                assertThat(client.read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void aBodyInOnePieceWithItsHeadOrByteByByteIsTheSame() throws Exception {
        try (RawServer server = echo();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            String post = Wire.head("POST /p HTTP/1.1", "Host: test.example", "Content-Length: 5") + "hello";
            client.send(post);
            assertThat(client.readResponse().body()).isEqualTo("POST /p HTTP/1.1|hello");
            for (int i = 0; i < post.length(); i++) {
                client.send(post.substring(i, i + 1));
            }
            assertThat(client.readResponse().body()).isEqualTo("POST /p HTTP/1.1|hello");
            assertThat(server.connections()).isEqualTo(1);
        }
    }
}
