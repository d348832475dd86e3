package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FastCgiPeer.GET;
import static dev.steelyard.dataplane.http1.FastCgiPeer.OK;
import static dev.steelyard.dataplane.http1.FastCgiPeer.STDOUT;
import static dev.steelyard.dataplane.http1.FastCgiPeer.atRest;
import static dev.steelyard.dataplane.http1.FastCgiPeer.engine;
import static dev.steelyard.dataplane.http1.FastCgiPeer.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.FastCgiPeer.Read;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Pool.Connections;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections to FastCGI programs: how long they serve, and that neither side is read faster than the other takes. */
@Timeout(60)
class FastCgiConnectionsTest {

    private static final int LARGE = 64 << 20;

    @Test
    void connectionsAreKeptWithinThePoolsBounds() throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = engine(server)
                        .connections(new Connections(Duration.ofSeconds(10), Duration.ofSeconds(60), 100, 3));
                Wire client = engine.connect()) {
            for (int i = 0; i < 6; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionsAreNotKeptUnlessAskedFor() throws Exception {
        try (RawServer server = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).fastCgi(settings(false, 0));
                Wire client = engine.connect()) {
            for (int i = 0; i < 3; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(server.connections()).isEqualTo(3);
        }
    }

    @Test
    void aStaleConnectionIsReplacedForRequestsThatMayBeRepeated() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    boolean first = connections.incrementAndGet() == 1;
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.answer(OK);
                    peer.begin();
                    if (!first) {
                        peer.body();
                        peer.answer(OK);
                    }
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(engine.meters.retries).hasValue(1);
        }
    }

    @Test
    void aClientThatGoesEndsItsProgramsConnection() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    new FastCgiPeer(wire).begin();
                    begun.countDown();
                    try {
                        wire.readToEnd();
                    } catch (IOException reset) {
                        // As good as the end.
                    }
                    ended.countDown();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.CLIENT_ABORT));
            atRest(engine);
        }
    }

    @Test
    void aSlowClientHoldsBackTheProgram() throws Exception {
        AtomicLong written = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.write(STDOUT, "Content-Type: a/b\r\nContent-Length: " + LARGE + "\r\n\r\n");
                    byte[] piece = new byte[32_768 + 8];
                    byte[] header = {1, STDOUT, 0, 1, (byte) 0x80, 0, 0, 0};
                    System.arraycopy(header, 0, piece, 0, 8);
                    for (int i = 0; i < LARGE >> 15; i++) {
                        wire.send(piece);
                        written.addAndGet(32_768);
                    }
                    peer.end(0, 0);
                    wire.read();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            AtomicLong before = new AtomicLong(-1);
            await().pollInterval(200, TimeUnit.MILLISECONDS)
                    .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
            assertThat(written.get()).isLessThan(LARGE / 2);
            assertThat(client.readHead()).isNotNull();
            for (int i = 0; i < LARGE >> 16; i++) {
                client.readExactly(1 << 16);
            }
            atRest(engine);
            assertThat(server.faults()).isEmpty();
        }
    }

    @Test
    void aSlowProgramHoldsBackTheClient() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong sent = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    go.await();
                    for (Read next = peer.input(); !next.content().isEmpty(); next = peer.input()) {
                        taken.addAndGet(next.content().length());
                    }
                    peer.answer(OK);
                    wire.read();
                });
                EngineFixture engine = engine(server);
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
            assertThat(taken.get()).isEqualTo(LARGE);
            assertThat(server.faults()).isEmpty();
        }
    }
}
