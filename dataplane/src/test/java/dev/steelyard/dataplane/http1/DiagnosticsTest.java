package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FilterCases.doing;
import static dev.steelyard.dataplane.http1.FilterCases.paged;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that may ask are told why a response is as it is. */
@Timeout(60)
class DiagnosticsTest {

    private static String get(String... fields) {
        StringBuilder head = new StringBuilder("GET / HTTP/1.1\r\nHost: test.example\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @Test
    void whoMayAskIsTold() throws Exception {
        AtomicReference<Wire.Message> seen = new AtomicReference<>();
        try (RawServer server = new RawServer(wire -> {
                    for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                        seen.set(request);
                        wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 0", "x-why: the pool's"));
                    }
                });
                EngineFixture engine = new EngineFixture(server.address()).route(doing("/", paged()))) {
            try (Wire client = engine.connect()) {
                client.send(get("x-WHY: ?", "X_Why: ?"));
                Wire.Message response = client.readResponse();
                assertThat(response.fields()).contains("X-Why: -");
                assertThat(response.field("X-Why")).isEqualTo("-");
                assertThat(seen.get().fields()).noneMatch(line -> line.contains("?"));
                client.send(get());
                assertThat(client.readResponse().field("X-Why")).isNull();
            }
            engine.trusted("127.0.0.0/8", "::1/128");
            try (Wire client = engine.connect()) {
                client.send(get("X-Why: ?", "X-Forwarded-For: 192.0.2.1"));
                assertThat(client.readResponse().field("X-Why")).isNull();
                assertThat(seen.get().fields()).noneMatch(line -> line.contains("?"));
            }
        }
    }

    @Test
    void ourOwnAnswersTellTheirFlags() throws Exception {
        try (EngineFixture engine =
                        new EngineFixture().route(doing("/", paged())).unmatched(FilterCases.compiled());
                Wire client = engine.connect()) {
            client.send(get("X-Why: ?"));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(503);
            assertThat(response.field("X-Why")).isEqualTo("no_endpoint");
        }
        try (EngineFixture engine =
                        new EngineFixture().route(doing("/other", paged())).unmatched(FilterCases.compiled());
                Wire client = engine.connect()) {
            client.send(get("X-Why: ?"));
            assertThat(client.readResponse().field("X-Why")).isEqualTo("no_route");
        }
    }

    /** Flags that stand beside the endpoint's own answer, and that answer replaced. */
    @Test
    void flagsBesideAnEndpointsAnswerAreTold() throws Exception {
        Retry once = new Retry(
                1, List.of(Retry.On.GATEWAY_ERROR), Optional.<Duration>empty(), false, new Retry.Budget(100, 3));
        try (RawServer server =
                        RawServer.answering(Wire.head("HTTP/1.1 503 No", "Content-Length: 0", "X-Why: the pool's"));
                EngineFixture engine =
                        new EngineFixture(server.address()).retry(once).route(doing("/", paged()));
                Wire client = engine.connect()) {
            client.send(get("X-Why: ?"));
            Wire.Message response = client.readResponse();
            assertThat(response.body()).contains("Soon back");
            assertThat(response.field("X-Why")).isEqualTo("retry_limit");
        }
    }
}
