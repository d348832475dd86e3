package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.snapshot.AccessLog;
import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.testing.FreePort;
import java.io.EOFException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is written of requests, however they end. */
@Timeout(30)
class AccessLogTest {

    private static final AccessLog JSON = new AccessLog(Format.JSON, "", 100);
    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    private static JsonNode json(String line) throws Exception {
        return new ObjectMapper().readTree(line);
    }

    @Test
    void aRequestIsALine() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).logged(JSON);
                Wire client = engine.connect()) {
            String request = Wire.head(
                    "POST /a/b?c=d HTTP/1.1",
                    "Host: test.example",
                    "User-Agent: test \"agent\"",
                    "Referer: http://elsewhere.example/",
                    "X-Request-Id: 4711",
                    "X-Forwarded-For: 203.0.113.1",
                    "Content-Length: 4");
            client.send(request + "body");
            client.readResponse();
            JsonNode line = json(engine.written.line());
            assertThat(line.get("method").asText()).isEqualTo("POST");
            assertThat(line.get("path").asText()).isEqualTo("/a/b?c=d");
            assertThat(line.get("protocol").asText()).isEqualTo("HTTP/1.1");
            assertThat(line.get("scheme").asText()).isEqualTo("http");
            assertThat(line.get("host").asText()).isEqualTo("test.example");
            assertThat(line.get("user_agent").asText()).isEqualTo("test \"agent\"");
            assertThat(line.get("referer").asText()).isEqualTo("http://elsewhere.example/");
            assertThat(line.get("request_id").asText()).isEqualTo("4711");
            assertThat(line.get("x_forwarded_for").asText()).isEqualTo("203.0.113.1");
            assertThat(line.get("status").asInt()).isEqualTo(200);
            assertThat(line.get("attempts").asInt()).isEqualTo(1);
            assertThat(line.get("body_bytes_sent").asInt()).isEqualTo(2);
            assertThat(line.get("bytes_sent").asInt()).isEqualTo(OK.length());
            assertThat(line.get("bytes_received").asInt()).isEqualTo(request.length() + 4);
            assertThat(line.get("client_address").asText()).isEqualTo("127.0.0.1");
            assertThat(line.get("namespace").asText()).isEqualTo("test");
            assertThat(line.get("virtual_service").asText()).isEqualTo("service");
            assertThat(line.get("route").asText()).isEqualTo("default");
            assertThat(line.get("pool").asText()).isEqualTo("pool");
            assertThat(line.get("endpoint").asText())
                    .contains(":" + server.address().getPort());
            assertThat(line.get("connect_ms").asDouble()).isPositive();
            assertThat(line.get("duration_ms").asDouble())
                    .isGreaterThanOrEqualTo(line.get("response_ms").asDouble());
            assertThat(line.has("flags")).isFalse();
        }
    }

    @Test
    void aConnectionThatWasThereTookNoTimeToMake() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).logged(JSON);
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            client.send(GET);
            client.readResponse();
            JsonNode second = json(engine.written.lines(2).getLast());
            assertThat(second.get("status").asInt()).isEqualTo(200);
            assertThat(second.has("connect_ms")).isFalse();
        }
    }

    @Test
    void whatNeverFoundARouteIsALine() throws Exception {
        try (EngineFixture engine = new EngineFixture().logged(JSON);
                Wire client = engine.connect()) {
            client.send(Wire.head("GET /x HTTP/1.1", "Host: other.example"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            JsonNode line = json(engine.written.line());
            assertThat(line.get("flags").asText()).isEqualTo("no_route");
            assertThat(line.get("host").asText()).isEqualTo("other.example");
            assertThat(line.get("path").asText()).isEqualTo("/x");
            assertThat(line.get("attempts").asInt()).isZero();
            assertThat(line.has("route")).isFalse();
        }
    }

    @Test
    void whatCannotBeReadIsALine() throws Exception {
        try (EngineFixture engine = new EngineFixture().logged(JSON);
                Wire client = engine.connect()) {
            client.send("GET /x HTTP/1.1\r\nHost : test.example\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
            JsonNode line = json(engine.written.line());
            assertThat(line.get("flags").asText()).isEqualTo("bad_request");
            assertThat(line.get("path").asText()).isEqualTo("/x");
            assertThat(line.get("status").asInt()).isEqualTo(400);
        }
    }

    @Test
    void aHeadThatDripsIsALine() throws Exception {
        ListenerLimits impatient =
                new ListenerLimits(0, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(60), 32_768, 0);
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).logged(JSON);
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            engine.limits(impatient);
            client.send("GET / HTTP/1.1\r\nX");
            assertThat(client.readResponse().status()).isEqualTo(408);
            assertThat(json(engine.written.lines(2).getLast()).get("flags").asText())
                    .isEqualTo("client_timeout");
        }
    }

    @Test
    void aResponseCutShortIsALine() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                });
                EngineFixture engine = new EngineFixture(server.address()).logged(JSON);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
            JsonNode line = json(engine.written.line());
            assertThat(line.get("flags").asText()).isEqualTo("upstream_reset");
            assertThat(line.get("status").asInt()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesIsALine() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    asked.countDown();
                    wire.readToEnd();
                });
                EngineFixture engine = new EngineFixture(server.address()).logged(JSON)) {
            try (Wire client = engine.connect()) {
                client.send(GET);
                asked.await();
                client.reset();
            }
            JsonNode line = json(engine.written.line());
            assertThat(line.get("flags").asText()).isEqualTo("client_abort");
            assertThat(line.get("status").asInt()).isEqualTo(499);
            assertThat(line.has("response_ms")).isFalse();
        }
    }

    @Test
    void retriesAreCounted() throws Exception {
        InetSocketAddress closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(closed, server.address()).logged(JSON);
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            JsonNode line = json(engine.written.line());
            assertThat(line.get("attempts").asInt()).isEqualTo(2);
            assertThat(line.get("endpoint").asText())
                    .contains(":" + server.address().getPort());
        }
    }

    /** HAProxy's own reader of its logs reads ours. */
    @Test
    void halogReadsIt() throws Exception {
        InetSocketAddress closed = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.next());
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine =
                        new EngineFixture(server.address(), closed).logged(new AccessLog(Format.HA_PROXY, "", 100));
                Wire client = engine.connect()) {
            for (int i = 0; i < 4; i++) {
                client.send(GET);
                client.readResponse();
            }
            client.send(Wire.head("GET / HTTP/1.1", "Host: other.example"));
            client.readResponse();
            String lines = String.join("\n", engine.written.lines(5)) + "\n";
            assertThat(halog("-st", lines)).contains("200 4", "404 1");
            assertThat(halog("-tc", lines)).contains("-- 4", "PR 1");
            assertThat(halog("-srv", lines)).contains("pool/").contains(" 0 4 0 0 0 0 4 4 100.0 ");
        }
    }

    private static String halog(String output, String lines) throws Exception {
        Process halog = new ProcessBuilder("halog", "-q", "-s", "-4", output).start();
        try (OutputStream in = halog.getOutputStream()) {
            in.write(lines.getBytes(StandardCharsets.US_ASCII));
        }
        return new String(halog.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void errorsAreNeverLeftOut() throws Exception {
        try (EngineFixture engine = new EngineFixture().logged(new AccessLog(Format.CUSTOM, "%{status}", 0));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: other.example"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(503);
            assertThat(engine.written.lines(1)).containsExactly("503");
        }
    }

    @Test
    void aShareIsWritten() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine =
                        new EngineFixture(server.address()).logged(new AccessLog(Format.CUSTOM, "%{path}", 25));
                Wire client = engine.connect()) {
            for (int i = 0; i < 400; i++) {
                client.send(GET);
                client.readResponse();
            }
            // The random numbers of the fixture are always the same.
            await().untilAsserted(() -> assertThat(engine.written.lines()).hasSizeBetween(60, 140));
        }
    }
}
