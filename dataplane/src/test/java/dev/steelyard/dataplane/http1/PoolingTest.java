package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.Pool.Connections;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which connections to endpoints are kept, and for which requests they are used. */
@Timeout(30)
class PoolingTest {

    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String POST = Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 4") + "body";
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";

    private static Connections connections(int maxIdle, int maxRequests) {
        return new Connections(Duration.ofSeconds(1), Duration.ofSeconds(60), maxIdle, maxRequests);
    }

    @Test
    void aConnectionServesClientsInTurnUpToItsRequests() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).connections(connections(100, 3))) {
            for (int i = 0; i < 6; i++) {
                try (Wire client = engine.connect()) {
                    client.send(GET);
                    assertThat(client.readResponse().body()).isEqualTo("ok");
                }
            }
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void noMoreIdleOnesAreKeptThanAllowed() throws Exception {
        AtomicInteger open = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(5);
        try (RawServer server = new RawServer(wire -> {
                    open.incrementAndGet();
                    wire.readRequest();
                    all.countDown();
                    all.await();
                    wire.send(OK);
                    wire.read();
                    open.decrementAndGet();
                });
                EngineFixture engine = new EngineFixture(server.address()).connections(connections(2, 0))) {
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Wire client = engine.connect();
                clients.add(client);
                client.send(GET);
            }
            for (Wire client : clients) {
                assertThat(client.readResponse().body()).isEqualTo("ok");
                client.close();
            }
            await().untilAsserted(() -> assertThat(open).hasValue(2));
        }
    }

    @Test
    void aChangeOfSettingsReplacesConnections() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            engine.connections(connections(50, 0));
            client.send(GET);
            client.readResponse();
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionIsNotUsedInTheLastSecondOfItsEndpointsPromise() throws Exception {
        String brief = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2", "Keep-Alive: timeout=1") + "ok";
        try (RawServer server = RawServer.answering(brief);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            for (int i = 1; i <= 3; i++) {
                client.send(GET);
                client.readResponse();
                assertThat(server.connections()).isEqualTo(i);
            }
        }
    }

    @Test
    void aRequestThatCannotBeRepeatedAvoidsLongIdleConnections() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            int made = twoThatShareAConnection(server, client);
            TimeUnit.MILLISECONDS.sleep(2_200); // the age itself is what is tested
            client.send(GET);
            client.readResponse();
            assertThat(server.connections()).isEqualTo(made);
            TimeUnit.MILLISECONDS.sleep(2_200);
            client.send(POST);
            client.readResponse();
            assertThat(server.connections()).isEqualTo(made + 1);
        }
    }

    /** Repeats the two if the machine stalled between them, and returns how many connections were made. */
    private static int twoThatShareAConnection(RawServer server, Wire client) throws IOException {
        int before;
        do {
            client.send(POST);
            client.readResponse();
            before = server.connections();
            client.send(POST);
            client.readResponse();
        } while (server.connections() != before);
        return before;
    }
}
