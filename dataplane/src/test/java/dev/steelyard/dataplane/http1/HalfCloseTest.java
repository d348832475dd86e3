package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send all they have and then FIN (RFC 9112 section 9.6), and requests whose bodies end on a connection that is just closing. */
@Timeout(60)
class HalfCloseTest {

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    @Test
    void aClientThatEndsAfterItsBodyGetsItsAnswer() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address())) {
            for (int i = 0; i < 50; i++) {
                // Each on a connection to an endpoint that has yet to be made: the body waits for it, and FIN
                // overtakes.
                try (Wire client = engine.connect()) {
                    client.send(
                            Wire.head("POST / HTTP/1.1", "Host: test.example", "Connection: close", "Content-Length: 4")
                                    + "body");
                    client.endOutput();
                    assertThat(client.readResponse().body()).isEqualTo("ok");
                }
            }
        }
    }

    @Test
    void aClientThatEndsInTheMidstOfItsBodyIsLetGo() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    while (wire.read() >= 0) {
                        // What there is of the body.
                    }
                    closed.countDown();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "bo");
            client.endOutput();
            assertThat(client.read()).isNegative();
            closed.await();
            await().untilAsserted(() -> assertThat(engine.meters.statuses).containsExactly(499));
        }
    }

    /** The last response is longer than the kernel takes at once, and its client ends its side while it still reads. */
    @Test
    void aLastResponseIsReadWholeByAClientThatEndsMeanwhile() throws Exception {
        int length = 24 << 20;
        String body = "x".repeat(length);
        try (RawServer server = RawServer.answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + length) + body);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "Connection: close"));
            Wire.Message head = Objects.requireNonNull(client.readHead());
            assertThat(head.start()).contains("200");
            byte[] into = new byte[1 << 20];
            int total = 0;
            boolean ended = false;
            while (total < length) {
                int read = client.read(into);
                assertThat(read).as("of %s, at %s", length, total).isPositive();
                total += read;
                if (!ended && total > length - (3 << 20)) {
                    ended = true;
                    client.endOutput();
                }
            }
            assertThat(client.read()).isNegative();
        }
    }

    @Test
    void anEmptyChunkedBodyIsNotSentAgainOnAnotherConnection() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    requests.incrementAndGet();
                    wire.send(OK);
                    // Closes when the second request comes, without an answer.
                    wire.readRequest();
                    requests.incrementAndGet();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            String put = Wire.head("PUT / HTTP/1.1", "Host: test.example", "Transfer-Encoding: chunked") + "0\r\n\r\n";
            client.send(put);
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.send(put);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(requests).hasValue(2);
        }
    }
}
