package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.RequestLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bounds of a route on what requests may bring. */
@Timeout(30)
class SizeLimitTest {

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    private static RequestLimits body(long bytes) {
        return new RequestLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, bytes);
    }

    private static void refused(EngineFixture engine, Wire client, int status) throws Exception {
        assertThat(client.readResponse().status()).isEqualTo(status);
        await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.BAD_REQUEST));
        await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
    }

    @Test
    void aBodyUpToTheBoundPasses() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).sizes(body(4));
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "body");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked")
                    + "4\r\nbody\r\n0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aLargerOneIsRefusedBeforeItComes() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).sizes(body(4));
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 5"));
            refused(engine, client, 413);
            assertThat(client.read()).isEqualTo(-1);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void oneOfUnknownLengthIsRefusedAsSoonAsItShows() throws Exception {
        try (RawServer server = new RawServer(Wire::readToEnd);
                EngineFixture engine = new EngineFixture(server.address()).sizes(body(4));
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("POST / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked") + "3\r\nbod\r\n");
            client.send("2\r\ny!\r\n");
            refused(engine, client, 413);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void noBodiesAtAll() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).sizes(body(0));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 1") + "x");
            refused(engine, client, 413);
        }
    }

    @Test
    void targetsAndFields() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine =
                        new EngineFixture(server.address()).sizes(new RequestLimits(40, 10, Long.MAX_VALUE));
                Wire client = engine.connect()) {
            // Fields of 40 octets, with their line ends, and a target of 10.
            String fields = "Host: test.example\r\nX: " + "x".repeat(15) + "\r\n";
            assertThat(fields).hasSize(40);
            client.send("GET /123456789 HTTP/1.1\r\n" + fields + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send("GET /1234567890 HTTP/1.1\r\n" + fields + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(414);
            client.send(
                    "GET /123456789 HTTP/1.1\r\nY" + fields.replace("Host", "Host2") + "Host: test.example\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(431);
            // The requests were whole: the connection goes on.
            client.send("GET / HTTP/1.1\r\nHost: test.example\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }
}
