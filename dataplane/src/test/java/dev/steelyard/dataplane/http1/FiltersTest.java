package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FilterCases.changes;
import static dev.steelyard.dataplane.http1.FilterCases.doing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Filters.Cors;
import dev.steelyard.snapshot.Filters.Field;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What routes do to requests and responses on the way. */
@Timeout(30)
class FiltersTest {

    private static final String RESPONSE = Wire.head(
                    "HTTP/1.1 200 OK",
                    "Server: backend",
                    "Content-Length: 2",
                    "X-Both: backend",
                    "Access-Control-Allow-Origin: https://evil.example")
            + "ok";

    private final AtomicReference<Wire.Message> seen = new AtomicReference<>();

    private RawServer recording() {
        return new RawServer(wire -> {
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                seen.set(request);
                wire.send(RESPONSE);
            }
        });
    }

    @Test
    void headersAreRemovedThenSetThenAdded() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing(
                                "/",
                                FilterCases.headers(
                                        changes(
                                                List.of("x-internal", "user-agent"),
                                                List.of(new Field("X-User", "\u00e9"), new Field("X-Empty", "")),
                                                List.of(new Field("X-Added", "2"))),
                                        changes(
                                                List.of("server"),
                                                List.of(new Field("X-Both", "ours")),
                                                List.of(
                                                        new Field("Set-Cookie", "a=b"),
                                                        new Field("Set-Cookie", "c=d"))))));
                Wire client = engine.connect()) {
            client.send(Wire.head(
                    "GET / HTTP/1.1",
                    "Host: test.example",
                    "X-Internal: 1",
                    "X_Internal: 2",
                    "x-user: forged",
                    "X_USER: forged",
                    "X-Added: 1",
                    "User-Agent: a",
                    "X-Kept: 1"));
            Wire.Message response = client.readResponse();
            assertThat(seen.get().fields())
                    .contains("X-Kept: 1", "X-User: \u00c3\u00a9", "X-Empty: ", "X-Added: 1", "X-Added: 2")
                    .noneMatch(line -> line.contains("forged")
                            || line.toLowerCase(java.util.Locale.ROOT).startsWith("x_")
                            || line.contains("Internal")
                            || line.startsWith("User-Agent"));
            assertThat(response.fields())
                    .contains("X-Both: ours", "Set-Cookie: a=b", "Set-Cookie: c=d")
                    .doesNotContain("Server: backend", "X-Both: backend");
            assertThat(response.body()).isEqualTo("ok");
        }
    }

    @Test
    void responseHeadersAlsoGoOntoOurOwnResponses() throws Exception {
        try (EngineFixture engine = new EngineFixture()
                        .route(doing(
                                "/",
                                FilterCases.headers(
                                        changes(List.of("x"), List.of(), List.of()),
                                        changes(
                                                List.of(),
                                                List.of(new Field("Strict-Transport-Security", "max-age=1")),
                                                List.of()))));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.field("Strict-Transport-Security")).isEqualTo("max-age=1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api, /v2, /api/a%20b?q=1%2f, /v2/a%20b?q=1%2f",
        "/api, /, /api, /",
        "/api, /, /api?x, /?x",
        "/api, /v2, /api//x;y, /v2//x;y"
    })
    void aPrefixIsReplacedAndTheQueryStays(String prefix, String replacement, String asked, String sent)
            throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing(prefix, FilterCases.rewrite(FilterCases.toPrefix(replacement))));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET " + asked + " HTTP/1.1", "Host: test.example"));
            Wire.Message response = client.readResponse();
            if (asked.contains(";")) {
                // What /api;y would be is another matter than what /api/x is: see RefusalTest.
                assertThat(response.status()).isIn(200, 400);
            } else {
                assertThat(response.status()).isEqualTo(200);
                assertThat(seen.get().start()).isEqualTo("GET " + sent + " HTTP/1.1");
            }
        }
    }

    @Test
    void theHostIsReplacedAndTheOldOneTold() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing("/", FilterCases.rewrite(FilterCases.TO_HOST)));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET /a HTTP/1.1", "Host: test.example:81"));
            client.readResponse();
            assertThat(seen.get().field("Host")).isEqualTo("origin.example");
            assertThat(seen.get().field("X-Forwarded-Host")).isEqualTo("test.example:81");
            client.send(Wire.head("OPTIONS * HTTP/1.1", "Host: test.example"));
            client.readResponse();
            assertThat(seen.get().start()).isEqualTo("OPTIONS * HTTP/1.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'^/x(.*)', '/api/$1', /xa, 200, /api/a",
        "'^/x(.*)', '/api/$1', /x.., 400, ''",
        "'^/x(.*)', '/api/$1', /x../secret, 400, ''",
        "'^/x', '', /x, 400, ''",
        "'^/x/', '', /x/a, 400, ''",
        "'%25', '%', /x%252e, 400, ''"
    })
    void aSubstitutionMakesNoPathThatMeansSomethingElse(
            String pattern, String replacement, String asked, int status, String sent) throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing("/", FilterCases.rewrite(FilterCases.substituting(pattern, replacement))));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET " + asked + " HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(status);
            if (status == 200) {
                assertThat(seen.get().start()).isEqualTo("GET " + sent + " HTTP/1.1");
            } else {
                assertThat(seen.get()).isNull();
                assertThat(engine.meters.flags).containsExactly(ResponseFlag.BAD_REQUEST);
            }
        }
    }

    @Test
    void aWholePathIsReplaced() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing("/", FilterCases.rewrite(FilterCases.toPath("/only"))));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET http://test.example/a?b HTTP/1.1", "Host: test.example"));
            client.readResponse();
            assertThat(seen.get().start()).isEqualTo("GET /only?b HTTP/1.1");
        }
    }

    @Test
    void accessIsByTheClientsAddress() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address())
                        .route(doing("/", FilterCases.access(List.of("10.0.0.0/8"), List.of("10.6.0.0/16"))))) {
            try (Wire client = engine.connect()) {
                client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "X-Forwarded-For: 10.1.1.1"));
                assertThat(client.readResponse().status()).isEqualTo(403);
            }
            engine.trusted("127.0.0.0/8", "::1/128");
            try (Wire client = engine.connect()) {
                client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "X-Forwarded-For: 10.1.1.1"));
                assertThat(client.readResponse().status()).isEqualTo(200);
                client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "X-Forwarded-For: 10.1.1.1, 10.6.1.1"));
                assertThat(client.readResponse().status()).isEqualTo(403);
            }
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.ACCESS_DENIED, ResponseFlag.ACCESS_DENIED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.example.com, https://app.example.com",
        "HTTPS://a.B.example.com, HTTPS://a.B.example.com",
        "https://other.example, https://other.example",
        "https://example.com, ",
        "http://app.example.com, ",
        "https://app.example.com:8443, ",
        "https://app.example.com.evil.example, ",
        "https://evil.example/.example.com, ",
        "null, "
    })
    void otherOriginsAreToldWhatTheyMay(String origin, String allowed) throws Exception {
        Cors cors = new Cors(
                List.of("https://*.example.com", "https://other.example"),
                List.of("GET", "PUT"),
                List.of("X-A"),
                List.of("ETag"),
                true,
                600);
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", FilterCases.cors(cors)));
                Wire client = engine.connect()) {
            client.send(Wire.head(
                    "OPTIONS / HTTP/1.1",
                    "Host: test.example",
                    "Origin: " + origin,
                    "Access-Control-Request-Method: PUT"));
            Wire.Message preflight = client.readResponse();
            assertThat(preflight.status()).isEqualTo(204);
            assertThat(seen.get()).isNull();
            assertThat(preflight.field("Access-Control-Allow-Origin")).isEqualTo(allowed);
            assertThat(preflight.field("Access-Control-Allow-Methods")).isEqualTo(allowed == null ? null : "GET, PUT");
            assertThat(preflight.field("Vary")).startsWith("Origin");
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "Origin: " + origin));
            Wire.Message response = client.readResponse();
            assertThat(response.field("Access-Control-Allow-Origin")).isEqualTo(allowed);
            assertThat(response.field("Access-Control-Allow-Credentials")).isEqualTo(allowed == null ? null : "true");
            assertThat(response.field("Vary")).isEqualTo("Origin");
        }
    }
}
