package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FilterCases.answering;
import static dev.steelyard.dataplane.http1.FilterCases.asking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Conditions;
import dev.steelyard.snapshot.Conditions.ValueMatch;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Redirects and fixed responses: no endpoint is asked. */
@Timeout(30)
class AnswerTest {

    private static final Answer ROBOTS = new Answer.Fixed(200, "text/plain", "User-agent: \u00e9\n");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-     | -               | -    | /new     | /old?q=1     | test.example      | http://test.example/new",
                "-     | -               | -    | /new?a=b | /old?q=1     | test.example:8080 | http://test.example:8080/new?a=b",
                "https | -               | -    | -        | /old?q=1     | test.example:8080 | https://test.example/old?q=1",
                "https | -               | 8443 | -        | /old?q=1     | Test.Example.:80  | https://test.example:8443/old?q=1",
                "https | -               | 443  | -        | /old         | test.example      | https://test.example/old",
                "-     | new.example.com | -    | -        | /old/a%2fb?x | test.example      | http://new.example.com/old/a%2Fb?x",
                "-     | -               | 81   | -        | /old//evil   | test.example      | http://test.example:81/old//evil",
                "http  | -               | 80   | /        | /old/../old  | test.example      | http://test.example/"
            })
    void redirectsKeepWhatTheyDoNotChange(
            String scheme, String host, Integer port, String path, String asked, String hostField, String location)
            throws Exception {
        Answer redirect = new Answer.Redirect(
                301,
                Optional.ofNullable(scheme),
                Optional.ofNullable(host),
                Optional.ofNullable(port),
                Optional.ofNullable(path));
        try (EngineFixture engine = new EngineFixture().route(answering("/old", redirect));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET " + asked + " HTTP/1.1", "Host: " + hostField));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(301);
            assertThat(response.field("Location")).isEqualTo(location);
            assertThat(response.field("Content-Length")).isEqualTo("0");
        }
    }

    @Test
    void theSchemeThatATrustedProxyNamesIsTheRequests() throws Exception {
        Answer redirect =
                new Answer.Redirect(302, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("/new"));
        try (EngineFixture engine = new EngineFixture().route(answering("/", redirect))) {
            String request = Wire.head("GET / HTTP/1.1", "Host: test.example", "X-Forwarded-Proto: https");
            try (Wire client = engine.connect()) {
                client.send(request);
                assertThat(client.readResponse().field("Location")).isEqualTo("http://test.example/new");
            }
            engine.trusted("127.0.0.0/8", "::1/128");
            try (Wire client = engine.connect()) {
                client.send(request);
                assertThat(client.readResponse().field("Location")).isEqualTo("https://test.example/new");
            }
        }
    }

    @Test
    void fixedResponsesGoOnTheSameConnectionAndHaveNoBodyForHead() throws Exception {
        try (EngineFixture engine = new EngineFixture()
                        .route(answering("/robots.txt", ROBOTS))
                        .route(answering("/none", new Answer.Fixed(204, "text/plain", "")));
                Wire client = engine.connect()) {
            client.send(Wire.head("HEAD /robots.txt HTTP/1.1", "Host: test.example"));
            Wire.Message head = client.readResponse(true);
            assertThat(head.field("Content-Length")).isEqualTo("15");
            client.send(Wire.head("GET /robots.txt HTTP/1.1", "Host: test.example"));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.field("Content-Type")).isEqualTo("text/plain");
            assertThat(response.field("Connection")).isNull();
            assertThat(response.body()).isEqualTo("User-agent: \u00c3\u00a9\n");
            client.send(Wire.head("GET /none HTTP/1.1", "Host: test.example"));
            Wire.Message none = client.readResponse();
            assertThat(none.status()).isEqualTo(204);
            assertThat(none.field("Content-Length")).isNull();
            engine.drain();
            client.send(Wire.head("GET /robots.txt HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().field("Connection")).isEqualTo("close");
            assertThat(client.read()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(engine.meters.statuses).containsExactly(200, 200, 204, 200));
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void aRequestBodyThatNobodyReadsEndsTheConnection() throws Exception {
        try (EngineFixture engine = new EngineFixture().route(answering("/", ROBOTS));
                Wire client = engine.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 100000\r\n\r\nabc");
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.field("Connection")).isEqualTo("close");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    /** What tells of the client is believed from trusted proxies alone, also by conditions. */
    @Test
    void conditionsAreHeldOverRealHeads() throws Exception {
        Conditions secure = new Conditions(
                List.of(new ValueMatch(ValueMatch.Type.EXACT, "x-forwarded-proto", "https")),
                List.of(),
                List.of(new ValueMatch(ValueMatch.Type.PRESENT, "v", "")),
                List.of(),
                List.of(),
                List.of("198.51.100.0/24"));
        try (EngineFixture engine = new EngineFixture()
                .route(asking(PathMatch.ALL, secure, new Answer.Fixed(200, "text/plain", "matched")))
                .route(answering("/", new Answer.Fixed(200, "text/plain", "passed over")))) {
            String request = Wire.head(
                    "GET /?a&v HTTP/1.1",
                    "Host: test.example",
                    "x-forwarded-proto: https",
                    "X-Forwarded-For: 6.6.6.6, 198.51.100.7");
            try (Wire client = engine.connect()) {
                client.send(request);
                assertThat(client.readResponse().body()).isEqualTo("passed over");
            }
            engine.trusted("127.0.0.0/8", "::1/128");
            try (Wire client = engine.connect()) {
                client.send(request);
                assertThat(client.readResponse().body()).isEqualTo("matched");
                client.send(request.replace("198.51.100.7", "192.0.2.7"));
                assertThat(client.readResponse().body()).isEqualTo("passed over");
            }
        }
    }

    /** Decision 0010 holds for expressions and conditions, too. */
    @Test
    void aPathWhoseReadingsMatchDifferentlyIsRefused() throws Exception {
        Answer guarded = new Answer.Fixed(200, "text/plain", "guarded");
        Conditions canary = new Conditions(
                List.of(new ValueMatch(ValueMatch.Type.EXACT, "x-env", "canary")),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        PathMatch expression = new PathMatch(PathMatch.Type.REGEX, "/v[0-9]+/admin(/.*)?");
        PathMatch prefix = FilterCases.prefix("/admin");
        try (EngineFixture engine = new EngineFixture()
                        .route(asking(expression, Conditions.NONE, guarded))
                        .route(asking(prefix, canary, guarded))
                        .route(answering("/", new Answer.Fixed(200, "text/plain", "open")));
                Wire client = engine.connect()) {
            for (String path : List.of("/v1%2fadmin", "/v1//admin", "/v1/admin;x/y")) {
                client.send(Wire.head("GET " + path + " HTTP/1.1", "Host: test.example"));
                assertThat(client.readResponse().status()).as(path).isEqualTo(400);
            }
            client.send(Wire.head("GET //admin HTTP/1.1", "Host: test.example", "X-Env: canary"));
            assertThat(client.readResponse().status()).isEqualTo(400);
            client.send(Wire.head("GET //admin HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().body()).isEqualTo("open");
        }
    }
}
