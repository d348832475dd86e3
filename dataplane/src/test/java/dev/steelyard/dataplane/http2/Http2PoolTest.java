package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.GOAWAY;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.FrameClient.Response;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Pool.Connections;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Endpoints that speak HTTP/2, frame by frame. */
@Timeout(60)
class Http2PoolTest {

    /** What an endpoint does on its connection of that number, from 0. */
    @FunctionalInterface
    interface Script {
        void run(FrameClient endpoint, int number) throws Exception;
    }

    private static final class Endpoint implements AutoCloseable {

        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final AtomicInteger connections = new AtomicInteger();
        private final List<Throwable> faults = new CopyOnWriteArrayList<>();

        Endpoint(Script script, int... settings) throws IOException {
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try {
                        Socket socket = listening.accept();
                        int number = connections.getAndIncrement();
                        Thread.ofVirtual().start(() -> serve(script, socket, number, settings));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
        }

        private void serve(Script script, Socket socket, int number, int... settings) {
            try (FrameClient end = FrameClient.accept(socket, settings)) {
                script.run(end, number);
            } catch (Exception | AssertionError e) {
                faults.add(e);
            }
        }

        Http2Fixture engine(Connections connections) {
            return new Http2Fixture(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort()),
                    PoolProtocol.HTTP2,
                    connections);
        }

        Http2Fixture engine() {
            return engine(Connections.DEFAULT);
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private static void answerAll(FrameClient endpoint) throws IOException {
        for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
            if (frame.has(END_STREAM) && (frame.type() == HEADERS || frame.type() == DATA)) {
                endpoint.headers(frame.stream(), false, ":status", "200").data(frame.stream(), "ok", true);
            }
        }
    }

    private static Connections streams(int most) {
        return new Connections(Duration.ofSeconds(1), Duration.ofSeconds(60), 100, 0, most);
    }

    @Test
    void anHttp1ClientIsServedByAnHttp2Endpoint() throws Exception {
        List<Frame> heads = new CopyOnWriteArrayList<>();
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    Frame head = endpoint.next(HEADERS);
                    heads.add(head);
                    assertThat(endpoint.next(DATA).text()).isEqualTo("four");
                    int stream = head.stream();
                    endpoint.headers(stream, false, ":status", "103", "link", "</a>");
                    endpoint.headers(stream, false, ":status", "200", "x-one", "1");
                    endpoint.data(stream, "abc", false).headers(stream, true, "x-sum", "6");
                    assertThat(endpoint.read()).isNotNull();
                });
                Http2Fixture engine = server.engine();
                Wire client = Wire.to(engine.address())) {
            client.send(Wire.head(
                            "POST /a/../b HTTP/1.1",
                            "Host: Test.Example",
                            "Connection: keep-alive, X-Hop",
                            "X-Hop: 1",
                            "Content-Length: 4",
                            "Cookie: a=b")
                    + "four");
            assertThat(Objects.requireNonNull(client.readHead()).status()).isEqualTo(103);
            Wire.Message answered = client.readResponse();
            assertThat(answered.status()).isEqualTo(200);
            assertThat(answered.body()).isEqualTo("abc");
            assertThat(answered.field("x-one")).isEqualTo("1");
            assertThat(answered.trailers()).containsExactly("x-sum: 6");
            Frame head = heads.getFirst();
            assertThat(head.field(":method")).isEqualTo("POST");
            assertThat(head.field(":path")).isEqualTo("/b");
            assertThat(head.field(":scheme")).isEqualTo("http");
            assertThat(head.field(":authority")).isEqualTo("Test.Example");
            assertThat(head.field("host")).isNull();
            assertThat(head.field("x-hop")).isNull();
            assertThat(head.field("connection")).isNull();
            assertThat(head.field("content-length")).isEqualTo("4");
            assertThat(head.field("cookie")).isEqualTo("a=b");
            assertThat(head.field("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(server.faults).isEmpty();
        }
    }

    @Test
    void requestsShareAConnectionUpToItsStreams() throws Exception {
        List<Integer> streams = new CopyOnWriteArrayList<>();
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
                        if (frame.type() == HEADERS) {
                            streams.add(frame.stream());
                        }
                    }
                });
                Http2Fixture engine = server.engine(streams(2));
                FrameClient client = engine.connect().start()) {
            for (int i = 0; i < 5; i++) {
                client.get(2 * i + 1, "/");
            }
            await().until(() -> streams.size() == 5);
            assertThat(server.connections).hasValue(3);
            assertThat(streams).containsOnly(1, 3);
        }
    }

    @Test
    void whatTheEndpointAllowsCountsToo() throws Exception {
        List<Integer> streams = new CopyOnWriteArrayList<>();
        try (Endpoint server = new Endpoint(
                        (endpoint, _) -> {
                            for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
                                if (frame.type() == HEADERS) {
                                    streams.add(frame.stream());
                                }
                            }
                        },
                        3,
                        1);
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            await().until(() -> streams.size() == 1);
            client.get(3, "/");
            await().until(() -> streams.size() == 2);
            assertThat(server.connections).hasValue(2);
        }
    }

    @Test
    void aConnectionIsUsedAgain() throws Exception {
        try (Endpoint server = new Endpoint((endpoint, _) -> answerAll(endpoint));
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            for (int i = 0; i < 10; i++) {
                client.get(2 * i + 1, "/");
                assertThat(client.response(2 * i + 1).body()).isEqualTo("ok");
            }
            assertThat(server.connections).hasValue(1);
        }
    }

    @Test
    void aConnectionTakesNoMoreRequestsThanItMay() throws Exception {
        Connections two = new Connections(Duration.ofSeconds(1), Duration.ofSeconds(60), 100, 2, 100);
        try (Endpoint server = new Endpoint((endpoint, _) -> answerAll(endpoint));
                Http2Fixture engine = server.engine(two);
                FrameClient client = engine.connect().start()) {
            for (int i = 0; i < 4; i++) {
                client.get(2 * i + 1, "/");
                assertThat(client.response(2 * i + 1).body()).isEqualTo("ok");
            }
            assertThat(server.connections).hasValue(2);
        }
    }

    @Test
    void anIdleConnectionIsClosed() throws Exception {
        Connections idle = new Connections(Duration.ofSeconds(1), Duration.ofMillis(200), 100, 0, 100);
        AtomicInteger goAways = new AtomicInteger();
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
                        if (frame.type() == HEADERS) {
                            endpoint.headers(frame.stream(), true, ":status", "204");
                        }
                        goAways.addAndGet(frame.type() == GOAWAY ? 1 : 0);
                    }
                });
                Http2Fixture engine = server.engine(idle);
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("204");
            await().until(() -> goAways.get() == 1);
        }
    }

    @Test
    void whatGoAwayLeavesOutIsSentOnAnotherConnectionWhateverItIs() throws Exception {
        try (Endpoint server = new Endpoint((endpoint, number) -> {
                    if (number > 0) {
                        answerAll(endpoint);
                        return;
                    }
                    Frame first = endpoint.next(HEADERS);
                    Frame second = endpoint.next(HEADERS);
                    assertThat(second.stream()).isGreaterThan(first.stream());
                    endpoint.frame(
                            GOAWAY,
                            0,
                            0,
                            ByteBuffer.allocate(8)
                                    .putInt(first.stream())
                                    .putInt(0)
                                    .array());
                    endpoint.headers(first.stream(), false, ":status", "200").data(first.stream(), "first", true);
                    while (endpoint.read() != null) {}
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("POST", "/"));
            client.headers(3, true, request("POST", "/"));
            StringBuilder bodies = new StringBuilder();
            for (int ended = 0; ended < 2; ) {
                Frame data = client.next(DATA);
                bodies.append(data.text());
                ended += data.has(END_STREAM) ? 1 : 0;
            }
            assertThat(bodies.toString()).contains("first", "ok");
            assertThat(server.connections).hasValue(2);
            assertThat(engine.meters.retries).hasValue(1);
        }
    }

    @Test
    void refusedStreamsAreSentAgainAndNotForEver() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
                        if (frame.type() == HEADERS && asked.incrementAndGet() != 2) {
                            endpoint.frame(RST_STREAM, 0, frame.stream(), ErrorCode.REFUSED_STREAM.number());
                        } else if (frame.type() == HEADERS) {
                            endpoint.headers(frame.stream(), true, ":status", "204");
                        }
                    }
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("POST", "/"));
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("204");
            client.headers(3, true, request("POST", "/"));
            assertThat(client.response(3).status()).isEqualTo(502);
            assertThat(asked).hasValue(5);
        }
    }

    @Test
    void aServerThatSpeaksNoHttp2IsFoundOut() throws Exception {
        Connections quick = new Connections(Duration.ofMillis(300), Duration.ofSeconds(60), 100, 0, 100);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Http2Fixture engine = new Http2Fixture(
                        (InetSocketAddress) silent.getLocalSocketAddress(), PoolProtocol.HTTP2, quick);
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.response(1).status()).isEqualTo(503);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.CONNECT_FAILED);
        }
    }

    @Test
    void aCancelledRequestIsResetAtTheEndpointAndItsConnectionGoesOn() throws Exception {
        AtomicInteger resets = new AtomicInteger();
        AtomicInteger asked = new AtomicInteger();
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    for (Frame frame = endpoint.read(); frame != null; frame = endpoint.read()) {
                        if (frame.type() == RST_STREAM) {
                            assertThat(frame.code()).isEqualTo(ErrorCode.CANCEL.number());
                            resets.incrementAndGet();
                        } else if (frame.type() == HEADERS && asked.incrementAndGet() > 1) {
                            endpoint.headers(frame.stream(), true, ":status", "204");
                        }
                    }
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            await().until(() -> asked.get() == 1);
            client.frame(RST_STREAM, 0, 1, ErrorCode.CANCEL.number());
            await().until(() -> resets.get() == 1);
            client.get(3, "/");
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("204");
            assertThat(server.connections).hasValue(1);
            assertThat(server.faults).isEmpty();
        }
    }

    /** What an endpoint answers stream 1 with. */
    @FunctionalInterface
    interface Answer {
        void send(FrameClient endpoint) throws IOException;
    }

    private static Arguments malformed(String name, Answer answer) {
        return arguments(named(name, answer));
    }

    static Stream<Arguments> malformedResponsesBecome502() {
        return Stream.of(
                malformed("no status", e -> e.headers(1, true, "a", "b")),
                malformed("a status of two digits", e -> e.headers(1, true, ":status", "20")),
                malformed("a status of letters", e -> e.headers(1, true, ":status", "2x0")),
                malformed("two statuses", e -> e.headers(1, true, ":status", "200", ":status", "200")),
                malformed("101", e -> e.headers(1, false, ":status", "101")),
                malformed("an interim response that ends", e -> e.headers(1, true, ":status", "100")),
                malformed("a request's field", e -> e.headers(1, true, ":status", "200", ":path", "/")),
                malformed("a name in upper case", e -> e.headers(1, true, ":status", "200", "A", "b")),
                malformed("a value with CR LF", e -> e.headers(1, true, ":status", "200", "a", "b\r\nc: d")),
                malformed(
                        "transfer-encoding", e -> e.headers(1, true, ":status", "200", "transfer-encoding", "chunked")),
                malformed("connection", e -> e.headers(1, true, ":status", "200", "connection", "close")),
                malformed(
                        "two lengths",
                        e -> e.headers(1, true, ":status", "200", "content-length", "0", "content-length", "0")),
                malformed("a length without content", e -> e.headers(1, true, ":status", "200", "content-length", "3")),
                malformed("content before the head", e -> e.data(1, "x", true)),
                malformed("a push", e -> e.frame(FrameClient.PUSH_PROMISE, 4, 1, new byte[8])));
    }

    @ParameterizedTest
    @MethodSource
    void malformedResponsesBecome502(Answer answer) throws Exception {
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    endpoint.next(HEADERS);
                    answer.send(endpoint);
                    while (endpoint.read() != null) {}
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("POST", "/"));
            assertThat(client.response(1).status()).isEqualTo(502);
            await().until(() -> engine.endpoint.inFlight() == 0);
        }
    }

    @Test
    void contentThatIsNotAsLongAsAnnouncedEndsInAReset() throws Exception {
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    endpoint.next(HEADERS);
                    endpoint.headers(1, false, ":status", "200", "content-length", "3")
                            .data(1, "four", true);
                    while (endpoint.read() != null) {}
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.next(RST_STREAM).code()).isEqualTo(ErrorCode.INTERNAL_ERROR.number());
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);
        }
    }

    @Test
    void trailersAloneAreAHeadThatEnds() throws Exception {
        try (Endpoint server = new Endpoint((endpoint, _) -> {
                    endpoint.next(HEADERS);
                    endpoint.headers(1, true, ":status", "200", "grpc-status", "5");
                    while (endpoint.read() != null) {}
                });
                Http2Fixture engine = server.engine();
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            Response answered = client.response(1);
            assertThat(answered.head().has(END_STREAM)).isTrue();
            assertThat(answered.head().field("grpc-status")).isEqualTo("5");
        }
    }
}
