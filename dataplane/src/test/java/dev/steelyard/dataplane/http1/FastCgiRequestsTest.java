package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FastCgiPeer.OK;
import static dev.steelyard.dataplane.http1.FastCgiPeer.SETTINGS;
import static dev.steelyard.dataplane.http1.FastCgiPeer.atRest;
import static dev.steelyard.dataplane.http1.FastCgiPeer.engine;
import static dev.steelyard.dataplane.http1.FastCgiPeer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.FastCgiPeer.Begun;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.FastCgi;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What FastCGI programs are told of requests, and how they get the bodies. */
@Timeout(60)
class FastCgiRequestsTest {

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
}
