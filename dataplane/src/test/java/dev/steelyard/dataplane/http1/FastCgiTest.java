package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FastCgiPeer.END_REQUEST;
import static dev.steelyard.dataplane.http1.FastCgiPeer.SETTINGS;
import static dev.steelyard.dataplane.http1.FastCgiPeer.STDERR;
import static dev.steelyard.dataplane.http1.FastCgiPeer.STDOUT;
import static dev.steelyard.dataplane.http1.FastCgiPeer.end;
import static dev.steelyard.dataplane.http1.FastCgiPeer.record;
import static dev.steelyard.dataplane.http1.FastCgiPeer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.FastCgiPeer.Begun;
import dev.steelyard.dataplane.http1.FastCgiPeer.Read;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.Pool.Connections;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine in front of FastCGI programs that say byte for byte what a test wants said. */
@Timeout(60)
class FastCgiTest {

    private static final String GET = Wire.head("GET /index.php HTTP/1.1", "Host: test.example");
    private static final String OK = "Content-Type: text/plain\r\n\r\nok";
    private static final int LARGE = 64 << 20;

    private static EngineFixture engine(RawServer server) {
        return new EngineFixture(server.address()).fastCgi(SETTINGS);
    }

    private static void atRest(EngineFixture engine) {
        await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
    }

    /** What a program is told of a request; it answers {@code ok}. */
    private static Begun told(FastCgi settings, String request) throws Exception {
        BlockingQueue<Begun> seen = new ArrayBlockingQueue<>(1);
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    seen.put(peer.begin());
                    peer.body();
                    peer.answer(OK);
                });
                EngineFixture engine = new EngineFixture(server.address()).fastCgi(settings);
                Wire client = engine.connect()) {
            client.send(request);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            Begun begun = seen.poll(10, TimeUnit.SECONDS);
            assertThat(begun).isNotNull();
            assertThat(begun.params())
                    .containsEntry("SERVER_PORT", "" + engine.address().getPort());
            atRest(engine);
            return begun;
        }
    }

    @Test
    void aProgramIsToldOfTheRequestAndTheConnection() throws Exception {
        Begun begun = told(
                SETTINGS,
                Wire.head(
                        "GET /index.php/a%20b/%2e%2e/c?x=1&y=%2F HTTP/1.1",
                        "Host: test.example:8080", "Accept: text/html", "X-Forwarded-For: 203.0.113.9"));
        assertThat(begun.keep()).isTrue();
        assertThat(begun.params())
                .containsEntry("SCRIPT_FILENAME", "/srv/app/index.php")
                .containsEntry("SCRIPT_NAME", "/index.php")
                .containsEntry("PATH_INFO", "/c")
                .containsEntry("PATH_TRANSLATED", "/srv/app/c")
                .containsEntry("DOCUMENT_ROOT", "/srv/app")
                .containsEntry("REQUEST_METHOD", "GET")
                .containsEntry("QUERY_STRING", "x=1&y=%2F")
                .containsEntry("REQUEST_URI", "/index.php/c?x=1&y=%2F")
                .containsEntry("SERVER_PROTOCOL", "HTTP/1.1")
                .containsEntry("GATEWAY_INTERFACE", "CGI/1.1")
                .containsEntry("SERVER_NAME", "test.example")
                .containsEntry("SERVER_ADDR", "127.0.0.1")
                .containsEntry("REMOTE_ADDR", "127.0.0.1")
                .containsEntry("REQUEST_SCHEME", "http")
                .containsEntry("REDIRECT_STATUS", "200")
                .containsEntry("HTTP_HOST", "test.example:8080")
                .containsEntry("HTTP_ACCEPT", "text/html")
                .containsEntry("HTTP_X_FORWARDED_FOR", "127.0.0.1")
                .containsKey("REMOTE_PORT")
                .doesNotContainKeys("HTTPS", "CONTENT_LENGTH", "CONTENT_TYPE", "HTTP_CONNECTION");
    }

    @Test
    void fieldsThatCouldPassForOthersAreLeftOut() throws Exception {
        Begun begun = told(
                SETTINGS,
                Wire.head(
                        "POST / HTTP/1.1",
                        "Host: test.example",
                        "Proxy: http://evil.example",
                        "X_Forwarded_For: 10.0.0.1",
                        "X_Role: admin",
                        "X.Role: admin",
                        "Content_Length: 99",
                        "Connection: X-Hop",
                        "X-Hop: 1",
                        "X-List: a",
                        "Cookie: a=1",
                        "x-list: b",
                        "cookie: b=2",
                        "Content-Type: text/plain",
                        "Content-Length: 0"));
        assertThat(begun.params())
                .containsEntry("HTTP_X_LIST", "a, b")
                .containsEntry("HTTP_COOKIE", "a=1; b=2")
                .containsEntry("CONTENT_TYPE", "text/plain")
                .doesNotContainKeys(
                        "HTTP_PROXY",
                        "HTTP_X_ROLE",
                        "HTTP_X.ROLE",
                        "HTTP_X_HOP",
                        "HTTP_CONTENT_LENGTH",
                        "HTTP_CONTENT_TYPE",
                        "CONTENT_LENGTH");
        assertThat(begun.params().values()).noneMatch(value -> value.contains("10.0.0.1"));
    }

    @Test
    void whatThePoolSaysReplacesWhatIsKnown() throws Exception {
        Map<String, String> params = Map.of("APP_ENV", "prod\u00e9", "SERVER_NAME", "shop");
        Begun begun = told(
                new FastCgi("", "", List.of("/*.php"), "/index.php", new TreeMap<>(params), false, 0),
                Wire.head("GET /a/b?c HTTP/1.1", "Host: test.example"));
        assertThat(begun.keep()).isFalse();
        assertThat(begun.params())
                .containsEntry("APP_ENV", "prod\u00c3\u00a9")
                .containsEntry("SERVER_NAME", "shop")
                .containsEntry("SCRIPT_FILENAME", "/index.php")
                .containsEntry("DOCUMENT_ROOT", "/")
                .containsEntry("REQUEST_URI", "/a/b?c")
                .doesNotContainKey("PATH_INFO");
    }

    @Test
    void parametersLongerThanARecordComeWhole() throws Exception {
        String[] lines = new String[32];
        lines[0] = "GET / HTTP/1.1";
        lines[1] = "Host: test.example";
        for (int i = 2; i < lines.length; i++) {
            lines[i] = "X-" + i + ": " + "v".repeat(1_000);
        }
        Begun begun = told(SETTINGS, Wire.head(lines));
        assertThat(begun.params()).containsEntry("HTTP_X_31", "v".repeat(1_000));
    }

    @Test
    void aTrustedProxyIsBelieved() throws Exception {
        BlockingQueue<Begun> seen = new ArrayBlockingQueue<>(1);
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    seen.put(peer.begin());
                    peer.body();
                    peer.answer(OK);
                });
                EngineFixture engine = engine(server).trusted("127.0.0.0/8");
                Wire client = engine.connect()) {
            client.send(Wire.head(
                    "GET / HTTP/1.1",
                    "Host: test.example",
                    "X-Forwarded-For: 6.6.6.6, 203.0.113.9",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Port: 443"));
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(seen.take().params())
                    .containsEntry("REMOTE_ADDR", "203.0.113.9")
                    .containsEntry("HTTPS", "on")
                    .containsEntry("REQUEST_SCHEME", "https")
                    .containsEntry("SERVER_PORT", "443")
                    .doesNotContainKey("REMOTE_PORT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/upload/x.jpg/y.php", "/x.jpg", "/upload/evil.php", "/", "/index.php%2Fx", "/index.php;x"})
    void whatNamesNoScriptIsNotRun(String path) throws Exception {
        FastCgi settings =
                new FastCgi("/srv/app", "", List.of("/*.php", "/admin/**/*.php"), "", new TreeMap<>(), true, 0);
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).fastCgi(settings);
                Wire client = engine.connect()) {
            client.send(Wire.head("GET " + path + " HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.NO_SCRIPT);
            assertThat(server.connections()).isZero();
            atRest(engine);
        }
    }

    @Test
    void aBodyOfKnownLengthIsStreamed() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    assertThat(peer.mustBegin().params()).containsEntry("CONTENT_LENGTH", "8");
                    assertThat(peer.input().content()).isEqualTo("half");
                    half.countDown();
                    assertThat(peer.body()).isEqualTo("rest");
                    peer.answer(OK);
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 8") + "half");
            assertThat(half.await(10, TimeUnit.SECONDS)).isTrue();
            client.send("rest");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void aBodyOfUnknownLengthIsKeptUntilItsEnd() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    assertThat(peer.mustBegin().params()).containsEntry("CONTENT_LENGTH", "9");
                    assertThat(peer.body()).isEqualTo("halfother");
                    peer.answer(OK);
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("POST / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked") + "4\r\nhalf\r\n");
            await().until(() -> server.connections() == 1);
            client.send("5\r\nother\r\n0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(server.faults()).isEmpty();
            atRest(engine);
        }
    }

    @Test
    void aLongBodyOfUnknownLengthIs411() throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).fastCgi(settings(true, 10));
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked")
                    + "6\r\nabcdef\r\n6\r\nghijkl\r\n");
            assertThat(client.readResponse().status()).isEqualTo(411);
            assertThat(client.readToEnd()).isEmpty();
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.LENGTH_REQUIRED);
            atRest(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 2", "Transfer-Encoding: chunked"})
    void aClientThatWaitsForContinueGetsIt(String framing) throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Expect: 100-continue", framing));
            assertThat(client.readResponse().status()).isEqualTo(100);
            client.send(framing.startsWith("C") ? "hi" : "2\r\nhi\r\n0\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type: a/b\\r\\n\\r\\nhello | 200 | hello",
                "Content-Type: a/b\\n\\nhello | 200 | hello",
                "X-A: 1\\r\\nStatus: 404 Gone Fishing\\r\\n\\r\\nhello | 404 | hello",
                "status:403\\nX-A: 1\\n\\nhello | 403 | hello",
                "Location: /there\\r\\n\\r\\n | 302 | ''",
                "Location: /there\\r\\nStatus: 301\\r\\n\\r\\n | 301 | ''",
                "Content-Type: a/b\\r\\nContent-Length: 3\\r\\n\\r\\nhello | 200 | hel",
                "Content-Type: a/b\\r\\nTransfer-Encoding: chunked\\r\\nConnection: close\\r\\n\\r\\nhello | 200 | hello",
                "Status: 304\\r\\n\\r\\nhello | 304 | ''",
            })
    void anOutputIsAResponse(String output, int status, String body) throws Exception {
        try (RawServer server =
                        FastCgiPeer.answering(output.replace("\\r", "\r").replace("\\n", "\n"));
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                Wire.Message answer = client.readResponse();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.body()).isEqualTo(body);
                assertThat(answer.field("Status")).isNull();
                // What comes behind a length that is reached is still to be read.
                atRest(engine);
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws Exception {
        try (RawServer server = FastCgiPeer.answering("Content-Type: a/b\r\nContent-Length: 5\r\n\r\nhello");
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse(true).field("Content-Length")).isEqualTo("5");
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no fields",
                "\r\n\r\nhello",
                "Status: abc\r\n\r\n",
                "Status: 100\r\n\r\n",
                "Status: 200\r\nStatus: 200\r\n\r\n",
                "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "Content-Type: a/b\r\n folded\r\n\r\n",
                "Content-Type : a/b\r\n\r\n",
                "X: a\0b\r\n\r\n",
            })
    void anOutputThatIsNoResponseIs502(String output) throws Exception {
        malformed(record(1, STDOUT, 1, output, 0) + record(1, END_REQUEST, 1, end(0, '\0'), 0));
    }

    @Test
    void recordsThatAreNoneAre502() throws Exception {
        String end = record(1, END_REQUEST, 1, end(0, '\0'), 0);
        malformed("HTTP/1.1 200 OK\r\n\r\n");
        malformed(record(2, STDOUT, 1, OK, 0) + end);
        malformed(record(1, STDOUT, 2, OK, 0) + end);
        malformed(record(1, 4, 1, OK, 0) + end);
        malformed(record(1, END_REQUEST, 1, "\0\0\0\0\0\0\0", 0));
        malformed(record(1, END_REQUEST, 1, end(3, '\0'), 0));
        malformed(record(1, STDOUT, 1, "", 0) + record(1, STDOUT, 1, OK, 0) + end);
        malformed(
                record(1, STDOUT, 1, "X-Long: " + "x".repeat(65_000), 0) + record(1, STDOUT, 1, "x".repeat(1_000), 0));
        malformed(end);
    }

    private static void malformed(String octets) throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    wire.send(octets);
                    wire.read();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);
            atRest(engine);
        }
    }

    @Test
    void paddingStandardErrorAndManagementArePassedOver() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    while (peer.begin() != null) {
                        peer.body();
                        wire.send(record(1, 10, 0, "whatever", 3)
                                + record(1, STDERR, 1, "PHP Warning: oops", 7)
                                + record(1, STDOUT, 1, "Content-Type: a/b\r", 255)
                                + record(1, STDOUT, 1, "\n\r\nhel", 1)
                                + record(1, STDERR, 1, "", 0)
                                + record(1, STDOUT, 1, "lo", 2)
                                + record(1, STDOUT, 1, "", 0)
                                + record(1, END_REQUEST, 1, end(0, '\7'), 200));
                    }
                });
                EngineFixture engine = engine(server)) {
            engine.before(() -> new Pieces(at -> at % 7 == 0));
            try (Wire client = engine.connect()) {
                for (int i = 0; i < 3; i++) {
                    client.send(GET);
                    assertThat(client.readResponse().body()).isEqualTo("hello");
                }
                assertThat(server.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void anOverloadedProgramIsFollowedByAnother() throws Exception {
        try (RawServer busy = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.end(0, 2);
                    wire.read();
                });
                RawServer free = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(busy.address(), free.address()).fastCgi(SETTINGS);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(engine.meters.retries).hasValue(1);
            atRest(engine);
        }
    }

    @Test
    void aProgramThatEndsBeforeItsAnswerIs502() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    new FastCgiPeer(wire).begin();
                    wire.send(record(1, STDOUT, 1, "Content-Type: a/b\r\n", 0));
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET);
            atRest(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9", "X-A: 1"})
    void anAnswerCutShortIsCutShortForTheClientToo(String field) throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.write(STDOUT, field + "\r\n\r\npart");
                    if (field.startsWith("C")) {
                        peer.end(0, 0);
                        wire.read();
                    }
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
            await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET));
            atRest(engine);
        }
    }

    @Test
    void connectionsAreKeptWithinThePoolsBounds() throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = engine(server)
                        .connections(new Connections(Duration.ofSeconds(10), Duration.ofSeconds(60), 100, 3));
                Wire client = engine.connect()) {
            for (int i = 0; i < 6; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionsAreNotKeptUnlessAskedFor() throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).fastCgi(settings(false, 0));
                Wire client = engine.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aStaleConnectionIsReplacedForRequestsThatMayBeRepeated() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    boolean first = connections.incrementAndGet() == 1;
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.answer(OK);
                    peer.begin();
                    if (!first) {
                        peer.body();
                        peer.answer(OK);
                    }
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(engine.meters.retries).hasValue(1);
        }
    }

    @Test
    void aClientThatGoesEndsItsProgramsConnection() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    new FastCgiPeer(wire).begin();
                    begun.countDown();
                    try {
                        wire.readToEnd();
                    } catch (IOException reset) {
                        // As good as the end.
                    }
                    ended.countDown();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.CLIENT_ABORT));
            atRest(engine);
        }
    }

    @Test
    void aSlowClientHoldsBackTheProgram() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.write(STDOUT, "Content-Type: a/b\r\nContent-Length: " + LARGE + "\r\n\r\n");
                    byte[] piece = new byte[32_768 + 8];
                    byte[] header = {1, STDOUT, 0, 1, (byte) 0x80, 0, 0, 0};
                    System.arraycopy(header, 0, piece, 0, 8);
                    for (int i = 0; i < LARGE >> 15; i++) {
                        wire.send(piece);
                        written.addAndGet(32_768);
                    }
                    peer.end(0, 0);
                    wire.read();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(200, TimeUnit.MILLISECONDS)
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isLessThan(LARGE / 2);
            assertThat(client.readHead()).isNotNull();
            for (int i = 0; i < LARGE >> 16; i++) {
                client.readExactly(1 << 16);
            }
            atRest(engine);
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void aSlowProgramHoldsBackTheClient() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    go.await();
                    for (Read next = peer.input(); !next.content().isEmpty(); next = peer.input()) {
                        taken.addAndGet(next.content().length());
                    }
                    peer.answer(OK);
                    wire.read();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: " + LARGE));
            Thread sender = Thread.ofVirtual().start(() -> {
                byte[] piece = new byte[65_536];
                for (int i = 0; i < LARGE / piece.length; i++) {
                    try {
                        client.send(piece);
                    } catch (IOException e) {
                        return;
                    }
                    sent.addAndGet(piece.length);
                }
            });
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(200, TimeUnit.MILLISECONDS)
                    .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(LARGE / 2);
            go.countDown();
            assertThat(client.readResponse().status()).isEqualTo(200);
            sender.join();
            assertThat(taken.get()).isEqualTo(LARGE);
            assertThat(server.faults()).isEmpty();
        }
    }
}
