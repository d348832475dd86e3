package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FilterCases.doing;
import static dev.steelyard.dataplane.http1.FilterCases.paged;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.Timeouts;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of error responses, ours and the pool's. */
@Timeout(60)
class ErrorPagesTest {

    private static final String SOON = "<h1>Soon back: caf\u00c3\u00a9</h1>";
    private static final String SORRY = "<h1>Sorry</h1>";
    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");

    private static void hasPage(Wire.Message response, int status, String page) {
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.body()).isEqualTo(page);
        assertThat(response.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.field("Content-Length")).isEqualTo(String.valueOf(page.length()));
        assertThat(response.field("Date")).isNotNull();
        assertThat(response.field("X-Set")).isEqualTo("1");
    }

    @Test
    void ourOwnErrorsHaveThePageOfTheirStatus() throws Exception {
        try (EngineFixture engine = new EngineFixture().route(doing("/", paged()));
                Wire client = engine.connect()) {
            client.send(GET);
            hasPage(client.readResponse(), 503, SOON);
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: test.example"));
            Wire.Message response = client.readResponse(true);
            assertThat(response.field("Content-Length")).isEqualTo(String.valueOf(SOON.length()));
            client.send(GET);
            hasPage(client.readResponse(), 503, SOON);
            assertThat(engine.meters.flags)
                    .containsExactly(ResponseFlag.NO_ENDPOINT, ResponseFlag.NO_ENDPOINT, ResponseFlag.NO_ENDPOINT);
        }
    }

    @Test
    void requestsThatNoRouteMatchesHaveThoseOfTheVirtualService() throws Exception {
        try (EngineFixture engine =
                        new EngineFixture().route(doing("/other", paged())).unmatched(FilterCases.compiled());
                Wire client = engine.connect()) {
            client.send(GET);
            Wire.Message response = client.readResponse();
            hasPage(response, 404, SORRY);
            client.send(Wire.head("GET / HTTP/1.1", "Host: nobody.example"));
            Wire.Message unknown = client.readResponse();
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.body()).startsWith("404 Not Found:");
        }
    }

    @Test
    void whatARouteAnswersKeepsItsBody() throws Exception {
        Route told = answering("/told", new Answer.Fixed(410, "text/plain", "gone for good"));
        Route bare = answering("/bare", new Answer.Fixed(410, "text/plain", ""));
        Route fine = answering("/fine", new Answer.Fixed(204, "text/plain", ""));
        try (EngineFixture engine = new EngineFixture().route(told).route(bare).route(fine);
                Wire client = engine.connect()) {
            client.send(Wire.head("GET /told HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().body()).isEqualTo("gone for good");
            client.send(Wire.head("GET /fine HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(204);
            client.send(Wire.head("GET /bare HTTP/1.1", "Host: test.example"));
            hasPage(client.readResponse(), 410, SORRY);
        }
    }

    private static Route answering(String path, Answer answer) {
        return new Route(
                path,
                FilterCases.prefix(path),
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(answer),
                Optional.of(paged()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 6\r\n\r\nsecret",
                "Transfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n0\r\nX-Trailer: secret\r\n\r\n",
                "Content-Length: 0\r\n\r\n"
            })
    void errorsOfThePoolAreReplacedAndTheirConnectionServesOn(String rest) throws Exception {
        String failing = "HTTP/1.1 503 No\r\nServer: pool\r\nETag: secret\r\nContent-Encoding: secret\r\nDate: then\r\n"
                + "Content-Type: application/secret\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nRetry-After: 7\r\n"
                + "X-Gone: secret\r\nConnection: keep-alive, X-Hop\r\nX-Hop: secret\r\n" + rest;
        try (RawServer server = RawServer.answering(failing);
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", paged()));
                Wire client = engine.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET);
                Wire.Message response = client.readResponse();
                hasPage(response, 503, SOON);
                assertThat(response.start()).isEqualTo("HTTP/1.1 503 Service Unavailable");
                assertThat(response.field("Retry-After")).isEqualTo("7");
                assertThat(response.field("Server")).isEqualTo("pool");
                assertThat(response.fields())
                        .contains("Set-Cookie: a=b", "Set-Cookie: c=d")
                        .noneMatch(line -> line.contains("secret"));
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(engine.meters.flags).isEmpty();
            assertThat(engine.inFlight()).isZero();
        }
    }

    @Test
    void otherErrorsOfThePoolStayAsTheyAre() throws Exception {
        try (RawServer server = RawServer.answering(Wire.head("HTTP/1.1 404 No", "Content-Length: 4") + "mine");
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", paged()));
                Wire client = engine.connect()) {
            client.send(GET);
            Wire.Message response = client.readResponse();
            assertThat(response.start()).isEqualTo("HTTP/1.1 404 No");
            assertThat(response.body()).isEqualTo("mine");
        }
    }

    /** Long by what it says, long as it comes, slow, broken off, or without an end: the client does not wait for it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"Content-Length: 65537", "Transfer-Encoding: chunked", "Content-Length: 7", "X-No: end", "cut"})
    void aBodyThatIsLongOrSlowIsGivenUp(String framing) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    if (framing.equals("cut")) {
                        wire.send(Wire.head("HTTP/1.1 502 No", "Content-Length: 7") + "cut");
                        return;
                    }
                    wire.send(Wire.head("HTTP/1.1 502 No", framing));
                    if (framing.startsWith("Transfer")) {
                        wire.send("10001\r\n" + "x".repeat(0x10001));
                    }
                    done.await();
                });
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", paged()));
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                hasPage(client.readResponse(), 502, SOON);
            }
            assertThat(server.connections()).isEqualTo(2);
            assertThat(engine.inFlight()).isZero();
            done.countDown();
        }
    }

    /** What the client sends is no part of what the endpoint answers early. */
    @Test
    void anEarlyErrorIsReplacedWhileTheRequestStillComes() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    wire.send(Wire.head("HTTP/1.1 503 No", "Content-Length: 0"));
                    wire.readToEnd();
                });
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", paged()));
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 10") + "abc");
            Wire.Message response = client.readResponse();
            hasPage(response, 503, SOON);
            assertThat(response.field("Connection")).isEqualTo("close");
        }
    }

    @Test
    void requestsThatAreTooLargeHaveAPageToo() throws Exception {
        Route small = new Route(
                "small",
                Route.PathMatch.ALL,
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.of(new RequestLimits(1000, 1000, 5)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(paged()));
        try (RawServer server = RawServer.answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: 0"));
                EngineFixture engine = new EngineFixture(server.address()).route(small);
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 6"));
            hasPage(client.readResponse(), 413, SORRY);
        }
    }
}
