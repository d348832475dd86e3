package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Route.Timeouts;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits how long for whom. */
@Timeout(30)
class TimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String GET = Wire.head("GET / HTTP/1.1", "Host: test.example");
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";
    private static final ListenerLimits IMPATIENT = new ListenerLimits(0, Duration.ZERO, SHORT, SHORT, 32_768, 0);

    @Test
    void anEndpointThatDoesNotAnswerIs504() throws Exception {
        try (RawServer server = new RawServer(Wire::readToEnd);
                EngineFixture engine = new EngineFixture(server.address()).timeouts(SHORT, Duration.ZERO);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(504);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.REQUEST_TIMEOUT);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }

    @Test
    void anEndpointThatFallsSilentInItsBodyIsCutOff() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                    wire.readToEnd();
                });
                EngineFixture engine = new EngineFixture(server.address()).timeouts(Duration.ZERO, SHORT);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.IDLE_TIMEOUT);
        }
    }

    @Test
    void anExchangeThatTakesTooLongAsAWholeIsCutOff() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 1000000"));
                    while (true) {
                        wire.send("x");
                        TimeUnit.MILLISECONDS.sleep(20); // never silent
                    }
                });
                EngineFixture engine = new EngineFixture(server.address())
                        .timeouts(new Timeouts(Duration.ZERO, Duration.ofSeconds(60), Optional.of(SHORT)));
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example", "Connection: close"));
            // On a machine so slow that the response has not begun by then, the answer is 504.
            assertThat(client.readToEnd()).matches("(?s)HTTP/1.1 (200 .*x|504 .*\n)");
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.STREAM_TIMEOUT);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        }
    }

    @Test
    void aClientThatStopsInItsBodyIs408() throws Exception {
        try (RawServer server = new RawServer(Wire::readToEnd);
                EngineFixture engine = new EngineFixture(server.address()).timeouts(Duration.ZERO, SHORT);
                Wire client = engine.connect()) {
            client.send(Wire.head("POST / HTTP/1.1", "Host: test.example", "Content-Length: 10") + "half");
            assertThat(client.readResponse().status()).isEqualTo(408);
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    void aHeadThatDripsIs408() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            // The time of a first head runs from the connect, so that a stalled client would be closed as silent.
            // That of a later one runs from its first byte.
            client.send(GET);
            client.readResponse();
            engine.limits(IMPATIENT);
            client.send("GET / HTTP/1.1\r\nX");
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(408);
            assertThat(client.read()).isEqualTo(-1);
            assertThat(engine.unrouted.flags).containsExactly(ResponseFlag.CLIENT_TIMEOUT);
        }
    }

    @Test
    void aSilentConnectionIsClosedWithoutAWord() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire used = engine.connect()) {
            // The first request is sent under patient limits, so that however late it is it is not too late.
            used.send(GET);
            used.readResponse();
            engine.limits(IMPATIENT);
            used.send(GET);
            used.readResponse();
            assertThat(used.readToEnd()).isEmpty();
            try (Wire fresh = engine.connect()) {
                assertThat(fresh.readToEnd()).isEmpty();
            }
        }
    }

    /** A socket whose queue of connections is full: the kernel drops whatever else knocks. */
    private static void fill(ServerSocket listening, List<Socket> queued) throws IOException {
        for (; ; ) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(listening.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
    }

    @Test
    void aConnectThatTakesTooLongIs503() throws Exception {
        List<Socket> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                EngineFixture engine = new EngineFixture((InetSocketAddress) full.getLocalSocketAddress())
                        .connections(new Connections(SHORT, Duration.ofSeconds(60), 100, 0));
                Wire client = engine.connect()) {
            fill(full, queued);
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(503);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.CONNECT_FAILED);
        } finally {
            for (Socket socket : queued) {
                socket.close();
            }
        }
    }

    @Test
    void idleUpstreamConnectionsAreClosedInTime() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(OK);
                    wire.readToEnd();
                    ended.countDown();
                });
                EngineFixture engine = new EngineFixture(server.address())
                        .connections(new Connections(Duration.ofSeconds(1), SHORT, 100, 0));
                Wire client = engine.connect()) {
            client.send(GET);
            client.readResponse();
            assertThat(ended.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }
}
