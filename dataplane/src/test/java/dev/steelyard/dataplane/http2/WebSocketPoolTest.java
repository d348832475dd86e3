package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets to endpoints that speak HTTP/2 (RFC 8441), frame by frame. */
@Timeout(60)
class WebSocketPoolTest {

    private static final int ENABLE_CONNECT_PROTOCOL = 8;

    /** The example of RFC 6455 section 1.3. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static final String[] UPGRADE = {
        "GET /chat HTTP/1.1",
        "Host: test.example",
        "Connection: Upgrade",
        "Upgrade: WebSocket",
        "Sec-WebSocket-Key: " + KEY,
        "Sec-WebSocket-Version: 13"
    };

    private static final String[] CONNECT = {
        ":method", "CONNECT",
        ":protocol", "websocket",
        ":scheme", "http",
        ":path", "/chat",
        ":authority", "test.example",
        "sec-websocket-version", "13"
    };

    /** What the endpoint does on its one connection. */
    @FunctionalInterface
    private interface Script {
        void run(FrameClient endpoint) throws Exception;
    }

    private static final class Server implements AutoCloseable {

        private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        private final List<Throwable> faults = new CopyOnWriteArrayList<>();
        private final Http2Fixture engine;

        Server(Script script, int... settings) throws IOException {
            Thread.ofVirtual().start(() -> {
                try (FrameClient end = FrameClient.accept(listening.accept(), settings)) {
                    script.run(end);
                } catch (Exception | AssertionError e) {
                    faults.add(e);
                }
            });
            engine = new Http2Fixture(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()),
                    PoolProtocol.HTTP2,
                    Connections.DEFAULT);
        }

        @Override
        public void close() throws IOException {
            engine.close();
            listening.close();
        }
    }

    /** Agrees, says hello, and gives back what it gets until the client ends, as a real server would. */
    private static void echo(FrameClient endpoint, List<Frame> heads) throws IOException {
        Frame head = endpoint.next(HEADERS);
        heads.add(head);
        endpoint.headers(
                head.stream(), false, ":status", "200", "sec-websocket-protocol", "chat", "content-length", "0");
        endpoint.data(head.stream(), "hello", false);
        for (Frame data = endpoint.next(DATA); ; data = endpoint.next(DATA)) {
            endpoint.data(head.stream(), data.text(), data.has(END_STREAM));
            if (data.has(END_STREAM)) {
                break;
            }
        }
        while (endpoint.read() != null) {}
    }

    private static String text(Wire wire, int length) throws IOException {
        return new String(wire.readExactly(length), StandardCharsets.ISO_8859_1);
    }

    @Test
    void anUpgradeBecomesAStreamAndItsKeyIsAnswered() throws Exception {
        List<Frame> heads = new CopyOnWriteArrayList<>();
        try (Server server = new Server(endpoint -> echo(endpoint, heads), ENABLE_CONNECT_PROTOCOL, 1);
                Wire client = Wire.to(server.engine.address())) {
            client.send(Wire.head(UPGRADE));
            Wire.Message agreed = Objects.requireNonNull(client.readHead());
            assertThat(agreed.status()).isEqualTo(101);
            assertThat(agreed.field("Upgrade")).isEqualTo("websocket");
            assertThat(agreed.field("Connection")).isEqualTo("upgrade");
            assertThat(agreed.field("Sec-WebSocket-Accept")).isEqualTo(ACCEPT);
            assertThat(agreed.field("Sec-WebSocket-Protocol")).isEqualTo("chat");
            assertThat(agreed.field("Content-Length")).isNull();
            assertThat(text(client, 5)).isEqualTo("hello");
            client.send("ping");
            assertThat(text(client, 4)).isEqualTo("ping");
            client.endOutput();
            assertThat(client.read()).isEqualTo(-1);
            Frame asked = heads.getFirst();
            assertThat(asked.field(":method")).isEqualTo("CONNECT");
            assertThat(asked.field(":protocol")).isEqualTo("websocket");
            assertThat(asked.field(":scheme")).isEqualTo("http");
            assertThat(asked.field(":path")).isEqualTo("/chat");
            assertThat(asked.field(":authority")).isEqualTo("test.example");
            assertThat(asked.field("sec-websocket-version")).isEqualTo("13");
            assertThat(asked.field("sec-websocket-key")).isNull();
            assertThat(asked.field("upgrade")).isNull();
            assertThat(asked.field("connection")).isNull();
            assertThat(asked.has(END_STREAM)).isFalse();
            await().until(() -> server.engine.endpoint.inFlight() == 0);
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void anHttp2ClientsStreamBecomesAnother() throws Exception {
        List<Frame> heads = new CopyOnWriteArrayList<>();
        try (Server server = new Server(endpoint -> echo(endpoint, heads), ENABLE_CONNECT_PROTOCOL, 1);
                FrameClient client = server.engine.connect().start()) {
            client.headers(1, false, CONNECT);
            client.data(1, "ping", false);
            assertThat(client.next(HEADERS).fields()).containsExactly(":status: 200", "sec-websocket-protocol: chat");
            StringBuilder got = new StringBuilder();
            while (got.length() < 9) {
                got.append(client.next(DATA).text());
            }
            assertThat(got).hasToString("helloping");
            client.data(1, "", true);
            assertThat(client.next(DATA).has(END_STREAM)).isTrue();
            assertThat(heads.getFirst().field(":protocol")).isEqualTo("websocket");
            assertThat(heads.getFirst().field("sec-websocket-key")).isNull();
            await().until(() -> server.engine.endpoint.inFlight() == 0);
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void moreThanAWindowFlowsBothWays() throws Exception {
        String piece = "0123456789abcdef".repeat(1_000);
        try (Server server = new Server(endpoint -> echoWithCredit(endpoint), ENABLE_CONNECT_PROTOCOL, 1);
                Wire client = Wire.to(server.engine.address())) {
            client.send(Wire.head(UPGRADE));
            assertThat(Objects.requireNonNull(client.readHead()).status()).isEqualTo(101);
            for (int i = 0; i < 30; i++) {
                client.send(piece);
                assertThat(text(client, piece.length())).isEqualTo(piece);
            }
            assertThat(server.faults).isEmpty();
        }
    }

    private static void echoWithCredit(FrameClient endpoint) throws IOException {
        int stream = endpoint.next(HEADERS).stream();
        endpoint.headers(stream, false, ":status", "200");
        for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
            if (frame.type() == DATA && frame.payload().length > 0) {
                endpoint.frame(FrameClient.WINDOW_UPDATE, 0, 0, frame.payload().length);
                endpoint.frame(FrameClient.WINDOW_UPDATE, 0, stream, frame.payload().length);
                endpoint.data(stream, frame.text(), false);
            }
        }
    }

    @Test
    void anEndpointThatTakesNoneIsNotAskedAndServesOn() throws Exception {
        List<Frame> heads = new CopyOnWriteArrayList<>();
        try (Server server = new Server(endpoint -> {
                    Frame head = endpoint.next(HEADERS);
                    heads.add(head);
                    endpoint.headers(head.stream(), false, ":status", "200").data(head.stream(), "ok", true);
                    while (endpoint.read() != null) {}
                });
                Wire client = Wire.to(server.engine.address())) {
            client.send(Wire.head(UPGRADE));
            assertThat(client.readResponse().status()).isEqualTo(501);
            assertThat(server.engine.meters.flags).containsExactly(ResponseFlag.NO_WEBSOCKET);
            await().until(() -> server.engine.endpoint.inFlight() == 0);
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(heads).hasSize(1);
            assertThat(heads.getFirst().field(":method")).isEqualTo("GET");
            try (FrameClient other = server.engine.connect().start()) {
                other.headers(1, false, CONNECT);
                assertThat(other.next(HEADERS).field(":status")).isEqualTo("501");
            }
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void aRefusalIsAnOrdinaryResponse() throws Exception {
        try (Server server = new Server(
                        endpoint -> {
                            Frame head = endpoint.next(HEADERS);
                            endpoint.headers(head.stream(), false, ":status", "403", "content-length", "2");
                            endpoint.data(head.stream(), "no", true);
                            Frame end = endpoint.next(DATA);
                            assertThat(end.has(END_STREAM)).isTrue();
                            Frame next = endpoint.next(HEADERS);
                            assertThat(next.field(":method")).isEqualTo("GET");
                            endpoint.headers(next.stream(), true, ":status", "204");
                            while (endpoint.read() != null) {}
                        },
                        ENABLE_CONNECT_PROTOCOL,
                        1);
                Wire client = Wire.to(server.engine.address())) {
            client.send(Wire.head(UPGRADE));
            Wire.Message refused = client.readResponse();
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.body()).isEqualTo("no");
            await().until(() -> server.engine.endpoint.inFlight() == 0);
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(204);
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void whoeverBreaksOffIsHeardOfOnTheOtherSide() throws Exception {
        List<Frame> resets = new CopyOnWriteArrayList<>();
        try (Server server = new Server(
                        endpoint -> {
                            Frame first = endpoint.next(HEADERS);
                            endpoint.headers(first.stream(), false, ":status", "200");
                            resets.add(endpoint.next(RST_STREAM));
                            Frame second = endpoint.next(HEADERS);
                            endpoint.headers(second.stream(), false, ":status", "200");
                            endpoint.frame(RST_STREAM, 0, second.stream(), ErrorCode.CANCEL.number());
                            while (endpoint.read() != null) {}
                        },
                        ENABLE_CONNECT_PROTOCOL,
                        1);
                FrameClient client = server.engine.connect().start()) {
            client.headers(1, false, CONNECT);
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("200");
            client.frame(RST_STREAM, 0, 1, ErrorCode.CANCEL.number());
            await().until(() -> resets.size() == 1);
            client.headers(3, false, CONNECT);
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("200");
            assertThat(client.next(RST_STREAM).stream()).isEqualTo(3);
            await().until(() -> server.engine.endpoint.inFlight() == 0);
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void anUpgradeWithoutAKeyIsAnOrdinaryRequest() throws Exception {
        List<Frame> heads = new CopyOnWriteArrayList<>();
        try (Server server = new Server(
                        endpoint -> {
                            Frame head = endpoint.next(HEADERS);
                            heads.add(head);
                            endpoint.headers(head.stream(), true, ":status", "426");
                            while (endpoint.read() != null) {}
                        },
                        ENABLE_CONNECT_PROTOCOL,
                        1);
                Wire client = Wire.to(server.engine.address())) {
            client.send(
                    Wire.head("GET /chat HTTP/1.1", "Host: test.example", "Connection: Upgrade", "Upgrade: websocket"));
            assertThat(client.readResponse().status()).isEqualTo(426);
            assertThat(heads.getFirst().field(":method")).isEqualTo("GET");
            assertThat(heads.getFirst().has(END_STREAM)).isTrue();
        }
    }
}
