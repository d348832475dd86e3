package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes in quantity: nobody is sent more than takes it, and tunnels are closed side by side. */
@Timeout(60)
class FlowTest {

    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final int LARGE = 64 << 20;

    @Test
    void aSlowReaderDoesNotFillMemory() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + LARGE));
                    byte[] piece = new byte[65_536];
                    for (int i = 0; i < LARGE / piece.length; i++) {
                        wire.send(piece);
                        sent.addAndGet(piece.length);
                    }
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readHead()).isNotNull();
            // Until nothing moves any more: the kernel's buffers on both connections are full, and ours holds what it
            // may.
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(200, TimeUnit.MILLISECONDS).until(() -> before.getAndSet(sent.get()) == sent.get());
            assertThat(sent.get()).isLessThan(LARGE / 2);
            assertThat(queued(engine)).isLessThan(512 << 10);
            long total = 0;
            byte[] into = new byte[1 << 20];
            while (total < LARGE) {
                int read = client.read(into);
                assertThat(read).isPositive();
                total += read;
            }
            client.send(Wire.head("GET / HTTP/1.1", "Host: none.example"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            await().untilAsserted(() -> assertThat(engine.meters.statuses).containsExactly(200));
            assertThat(engine.meters.sent.getFirst()).isGreaterThan(LARGE);
        }
    }

    private static long queued(EngineFixture engine) {
        ChannelOutboundBuffer buffer = engine.accepted.getFirst().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    @Test
    void aSlowEndpointHoldsBackTheClient() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    go.await();
                    for (int i = 0; i < LARGE >> 16; i++) {
                        wire.readExactly(1 << 16);
                    }
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 0"));
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
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
            assertThat(sent.get()).isEqualTo(LARGE);
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void aConnectionPausedForASlowReaderServesTheNextRequest() throws Exception {
        byte[] body = new byte[4 << 20];
        try (RawServer server = new RawServer(wire -> {
                    while (wire.readRequest() != null) {
                        wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + body.length));
                        wire.send(body);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 0; i < 5; i++) {
                client.send(GET);
                assertThat(client.readHead()).isNotNull();
                TimeUnit.MILLISECONDS.sleep(50); // lets the response pile up until reading is paused
                client.readExactly(body.length);
            }
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aSlowReaderGetsAllThatAnEndpointSentBeforeItClosed() throws Exception {
        byte[] body = new byte[16 << 20];
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: " + body.length));
                    wire.send(body);
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET);
                assertThat(client.readHead()).isNotNull();
                for (int part = 0; part < 16; part++) {
                    client.readExactly(body.length / 16);
                    TimeUnit.MILLISECONDS.sleep(20); // lets the endpoint finish while much is still to be read
                }
            }
        }
    }

    @Test
    void aHalfClosedSlowReaderGetsItsWholeAnswer() throws Exception {
        byte[] body = new byte[16 << 20];
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + body.length));
                    wire.send(body);
                    wire.read();
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            client.endOutput();
            assertThat(client.readHead()).isNotNull();
            for (int part = 0; part < 16; part++) {
                client.readExactly(body.length / 16);
                TimeUnit.MILLISECONDS.sleep(20); // lets the response pile up
            }
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    private static RawServer upgrading() {
        return new RawServer(wire -> {
            Wire.Message request = Objects.requireNonNull(wire.readRequest());
            assertThat(request.field("Upgrade")).isEqualTo("websocket");
            assertThat(request.field("Connection")).isEqualTo("upgrade");
            wire.send(Wire.head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket", "X: y")
                    + "hello ");
            for (int octet = wire.read(); octet >= 0; octet = wire.read()) {
                wire.send(new byte[] {(byte) octet});
            }
            wire.send(" bye");
        });
    }

    @Test
    void anUpgradedConnectionIsATunnelThatEndsSideBySide() throws Exception {
        try (RawServer server = upgrading();
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head(
                            "GET /chat HTTP/1.1",
                            "Host: test.example",
                            "Connection: keep-alive, Upgrade",
                            "Upgrade: websocket")
                    + "early ");
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(101);
            assertThat(response.fields()).containsExactly("X: y", "Connection: upgrade", "Upgrade: websocket");
            assertThat(new String(client.readExactly(12), StandardCharsets.US_ASCII))
                    .isEqualTo("hello early ");
            client.send("late");
            client.endOutput();
            assertThat(client.readToEnd()).isEqualTo("late bye");
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
            assertThat(engine.meters.statuses).containsExactly(101);
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void aTunnelEndsOnlyWhenAllThatWasSentHasArrived() throws Exception {
        int length = 16 << 20;
        AtomicLong received = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(
                            Wire.head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"));
                    wire.endOutput();
                    TimeUnit.MILLISECONDS.sleep(300); // lets what the client sends pile up behind the ended side
                    byte[] into = new byte[1 << 16];
                    for (int read = wire.read(into); read >= 0; read = wire.read(into)) {
                        received.addAndGet(read);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("GET /chat HTTP/1.1", "Host: test.example", "Connection: Upgrade", "Upgrade: websocket"));
            assertThat(client.readResponse().status()).isEqualTo(101);
            assertThat(client.read()).isEqualTo(-1);
            client.send(new byte[length]);
            client.endOutput();
            await().untilAsserted(() -> assertThat(received.get()).isEqualTo(length));
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }

    @Test
    void aSilentTunnelIsClosed() throws Exception {
        try (RawServer server = upgrading();
                EngineFixture engine =
                        new EngineFixture(server.address()).timeouts(Duration.ZERO, Duration.ofMillis(300));
                Wire client = engine.connect()) {
            client.send(
                    Wire.head("GET /chat HTTP/1.1", "Host: test.example", "Connection: Upgrade", "Upgrade: websocket"));
            assertThat(client.readResponse().status()).isEqualTo(101);
            assertThat(client.readToEnd()).isEqualTo("hello ");
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }
}
