package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FilterCases.doing;
import static dev.steelyard.dataplane.http1.FilterCases.mirrored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of requests: the endpoint that gets them decides nothing. */
@Timeout(30)
class MirrorTest {

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";
    private static final String CHUNKED =
            "POST /x?y HTTP/1.1\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final List<Wire.Message> copies = new CopyOnWriteArrayList<>();

    private RawServer shadow(String response) {
        return new RawServer(wire -> {
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                copies.add(request);
                wire.send(response);
            }
        });
    }

    @Test
    void requestsAreCopiedWithTheirBodies() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                RawServer shadow = shadow(Wire.head("HTTP/1.1 500 Oh", "Content-Length: 3") + "bad");
                EngineFixture engine = new EngineFixture(server.address())
                        .mirror(shadow.address())
                        .route(doing("/", mirrored(100)));
                Wire client = engine.connect()) {
            client.send(CHUNKED + "3\r\nabc\r\n");
            client.send("4\r\ndefg\r\n0\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("ok");
            client.send(Wire.head("GET /next HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(200);
            await().untilAsserted(() -> assertThat(copies).hasSize(2));
            Wire.Message copy = copies.getFirst();
            assertThat(copy.start()).isEqualTo("POST /x?y HTTP/1.1");
            assertThat(copy.field("Host")).isEqualTo("test.example");
            assertThat(copy.field("X-Forwarded-For")).isNotNull();
            assertThat(copy.body()).isEqualTo("abcdefg");
        }
    }

    @Test
    void anEndpointThatNeverAnswersDelaysNobody() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (RawServer server = RawServer.answering(OK);
                RawServer silent = new RawServer(wire -> over.await());
                EngineFixture engine = new EngineFixture(server.address())
                        .mirror(silent.address())
                        .route(doing("/", mirrored(100)));
                Wire client = engine.connect()) {
            for (int i = 0; i < 20; i++) {
                // More than the copy keeps, and than the socket takes.
                client.send("POST / HTTP/1.1\r\nHost: test.example\r\nContent-Length: 1000000\r\n\r\n"
                        + "x".repeat(1_000_000));
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            over.countDown();
        }
    }

    @Test
    void anEndpointThatIsNotThereFailsNobody() throws Exception {
        InetSocketAddress nowhere;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        }
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine =
                        new EngineFixture(server.address()).mirror(nowhere).route(doing("/", mirrored(100)));
                Wire client = engine.connect()) {
            for (int i = 0; i < 5; i++) {
                client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void aShareIsCopied() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                RawServer shadow = shadow(OK);
                EngineFixture engine = new EngineFixture(server.address())
                        .mirror(shadow.address())
                        .route(doing("/none", mirrored(0)))
                        .route(doing("/some", mirrored(50)));
                Wire client = engine.connect()) {
            for (int i = 0; i < 200; i++) {
                client.send(Wire.head("GET /none HTTP/1.1", "Host: test.example"));
                client.readResponse();
                client.send(Wire.head("GET /some HTTP/1.1", "Host: test.example"));
                client.readResponse();
            }
            client.send(Wire.head("GET /other HTTP/1.1", "Host: test.example"));
            client.readResponse();
            // Of 200 by halves: outside of this once in ten million times, and the generator is seeded.
            await().untilAsserted(() -> assertThat(copies).hasSizeBetween(60, 140));
            assertThat(copies).allMatch(copy -> copy.start().contains("/some"));
        }
    }

    /** What was promised to the copy's endpoint cannot be kept: it is told so by the end of its connection. */
    @Test
    void aRequestThatBreaksOffIsNotCompletedAsACopy() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> wire.readRequest());
                RawServer shadow = new RawServer(wire -> {
                    wire.readHead();
                    begun.countDown();
                    wire.readToEnd();
                    ended.countDown();
                });
                EngineFixture engine = new EngineFixture(server.address())
                        .mirror(shadow.address())
                        .route(doing("/", mirrored(100)));
                Wire client = engine.connect()) {
            client.send(CHUNKED + "3\r\nabc\r\n");
            begun.await();
            client.reset();
            ended.await();
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }
}
