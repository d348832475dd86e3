package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What endpoints and clients get to see of each other's heads. */
@Timeout(30)
class ForwardingTest {

    private static final String REQUEST = Wire.head(
            "GET /a/%7euser/../b?q=1%2f HTTP/1.1",
            "Host: Test.Example:8080",
            "Connection: close-not, x-mine, authorization, host, x-forwarded-for",
            "X-Mine: 1",
            "X-Forwarded-For: 6.6.6.6",
            "x_forwarded_for: 7.7.7.7",
            "X-Forwarded-Prefix: /x",
            "X-Real-IP: 8.8.8.8",
            "Forwarded: for=6.6.6.6",
            "Authorization: Basic eDp5",
            "Keep-Alive: 5",
            "Proxy-Connection: keep-alive",
            "TE: gzip",
            "Upgrade: websocket",
            "Accept: */*");
    private static final String RESPONSE = Wire.head(
                    "HTTP/1.0 200 Fine",
                    "Content-Length: 5",
                    "X-A: b",
                    "Connection: keep-alive, x-hop",
                    "X-Hop: 1",
                    "Upgrade: h2c",
                    "Keep-Alive: timeout=5")
            + "hello";

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
    void hopByHopFieldsStayBehindAndTheClientIsNamed() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            String port = String.valueOf(engine.address().getPort());
            for (int i = 0; i < 3; i++) {
                client.send(REQUEST);
                Wire.Message response = client.readResponse();
                assertThat(response.start()).isEqualTo("HTTP/1.1 200 Fine");
                assertThat(response.fields()).containsExactly("Content-Length: 5", "X-A: b");
                assertThat(response.body()).isEqualTo("hello");
                assertThat(seen.get().start()).isEqualTo("GET /a/b?q=1%2f HTTP/1.1");
                assertThat(seen.get().fields())
                        .containsExactly(
                                "Host: Test.Example:8080",
                                "Authorization: Basic eDp5",
                                "Accept: */*",
                                "X-Forwarded-For: 127.0.0.1",
                                "X-Forwarded-Proto: http",
                                "X-Forwarded-Port: " + port,
                                "X-Forwarded-Host: Test.Example:8080",
                                "Forwarded: for=127.0.0.1;proto=http;host=\"Test.Example:8080\"");
            }
            assertThat(server.connections()).isEqualTo(1);
            await().untilAsserted(() -> assertThat(engine.meters.statuses).containsExactly(200, 200, 200));
            assertThat(engine.inFlight()).isZero();
        }
    }

    @Test
    void trustedProxiesAreBelievedAndAppendedTo() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address()).trusted("127.0.0.0/8");
                Wire client = engine.connect()) {
            client.send(Wire.head(
                    "GET / HTTP/1.1",
                    "Host: test.example",
                    "X-Forwarded-For: 192.0.2.1",
                    "X-Forwarded-For: 192.0.2.2",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Prefix: /x",
                    "X-Forwarded-Host: outside.example",
                    "Forwarded: for=192.0.2.1"));
            client.readResponse();
            assertThat(seen.get().fields())
                    .containsExactly(
                            "Host: test.example",
                            "X-Forwarded-Proto: https",
                            "X-Forwarded-Prefix: /x",
                            "X-Forwarded-Host: outside.example",
                            "X-Forwarded-For: 192.0.2.1, 192.0.2.2, 127.0.0.1",
                            "X-Forwarded-Port: " + engine.address().getPort(),
                            "Forwarded: for=192.0.2.1, for=127.0.0.1;proto=http;host=\"test.example\"");
        }
    }

    @Test
    void anAbsoluteTargetBecomesOriginForm() throws Exception {
        try (RawServer server = recording();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("GET http://test.example?q HTTP/1.1", "Host: test.example"));
            client.readResponse();
            assertThat(seen.get().start()).isEqualTo("GET /?q HTTP/1.1");
            client.send(Wire.head("OPTIONS * HTTP/1.1", "Host: test.example"));
            client.readResponse();
            assertThat(seen.get().start()).isEqualTo("OPTIONS * HTTP/1.1");
        }
    }
}
