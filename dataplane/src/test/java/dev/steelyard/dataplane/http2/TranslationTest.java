package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.FrameClient.Response;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/2 clients in front of HTTP/1.1 endpoints: what each side gets of what the other sent. */
@Timeout(60)
class TranslationTest {

    private final BlockingQueue<Wire.Message> requests = new LinkedBlockingQueue<>();

    /** Notes each request, and answers it with those octets. */
    private RawServer answering(String response) {
        return new RawServer(wire -> {
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                requests.add(request);
                wire.send(response);
            }
        });
    }

    private Wire.Message taken() throws InterruptedException {
        Wire.Message request = requests.poll(10, TimeUnit.SECONDS);
        assertThat(request).isNotNull();
        return request;
    }

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 0");

    @Test
    void aRequestHasOneHostOneCookieAndItsPathInNormalForm() throws Exception {
        try (RawServer server = answering(OK);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(
                    1,
                    true,
                    request(
                            "GET",
                            "/a/%2e%2e/b%7ec?d=e",
                            "cookie",
                            "f=g",
                            "x-one",
                            "1",
                            "cookie",
                            "h=i",
                            "host",
                            "TEST.example",
                            "te",
                            "trailers",
                            "x-forwarded-for",
                            "1.2.3.4"));
            assertThat(client.response(1).status()).isEqualTo(200);
            Wire.Message got = taken();
            assertThat(got.start()).isEqualTo("GET /b~c?d=e HTTP/1.1");
            assertThat(got.field("host")).isEqualTo("test.example");
            assertThat(got.field("cookie")).isEqualTo("f=g; h=i");
            assertThat(got.field("x-one")).isEqualTo("1");
            assertThat(got.field("te")).isEqualTo("trailers");
            assertThat(got.field("x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(got.field("x-forwarded-proto")).isEqualTo("http");
            assertThat(got.field("content-length")).isNull();
            assertThat(got.field("transfer-encoding")).isNull();
        }
    }

    @Test
    void bodiesWithoutALengthAreChunkedAndTrailersFollowBothWays() throws Exception {
        String response = Wire.head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: x-sum")
                + "3\r\nabc\r\n0\r\nx-sum: 6\r\nContent-Length: 9\r\n\r\n";
        try (RawServer server = answering(response);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, false, request("POST", "/"));
            client.data(1, "one", false).data(1, "two", false);
            client.headers(1, true, "x-check", "7", "content-length", "6");
            Response answered = client.response(1);
            assertThat(answered.body()).isEqualTo("abc");
            assertThat(answered.head().field("transfer-encoding")).isNull();
            assertThat(Objects.requireNonNull(answered.trailers()).fields()).containsExactly("x-sum: 6");
            Wire.Message got = taken();
            assertThat(got.field("transfer-encoding")).isEqualTo("chunked");
            assertThat(got.body()).isEqualTo("onetwo");
            assertThat(got.trailers()).containsExactly("x-check: 7");
        }
    }

    @Test
    void bodiesWithALengthKeepIt() throws Exception {
        try (RawServer server = answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: 3") + "abc");
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, false, request("POST", "/", "content-length", "4"))
                    .data(1, "four", true);
            Frame head = client.next(HEADERS);
            assertThat(head.field("content-length")).isEqualTo("3");
            Frame data = client.next(DATA);
            assertThat(data.text()).isEqualTo("abc");
            assertThat(data.has(END_STREAM)).isTrue();
            Wire.Message got = taken();
            assertThat(got.field("content-length")).isEqualTo("4");
            assertThat(got.field("transfer-encoding")).isNull();
            assertThat(got.body()).isEqualTo("four");
        }
    }

    @Test
    void interimResponsesComeThrough() throws Exception {
        String response = Wire.head("HTTP/1.1 103 Early Hints", "Link: </a.css>; rel=preload")
                + Wire.head("HTTP/1.1 100 Continue")
                + OK;
        try (RawServer server = answering(response);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            Response answered = client.response(1);
            assertThat(answered.status()).isEqualTo(200);
            assertThat(answered.interim())
                    .extracting(each -> each.field(":status"))
                    .containsExactly("103", "100");
            assertThat(answered.interim().getFirst().field("link")).isEqualTo("</a.css>; rel=preload");
        }
    }

    @Test
    void fieldsAboutTheEndpointsConnectionStayThere() throws Exception {
        String response = Wire.head(
                "HTTP/1.1 200 OK",
                "Connection: keep-alive, X-Hop",
                "Keep-Alive: timeout=5",
                "X-Hop: 1",
                "X-End: 2",
                "Content-Length: 0");
        try (RawServer server = answering(response);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.response(1).head().fields())
                    .containsExactly(":status: 200", "x-end: 2", "content-length: 0");
        }
    }

    @Test
    void framesMayArriveOctetByOctet() throws Exception {
        try (RawServer server = answering(OK);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(FrameClient.encoded(FrameClient.SETTINGS, 0, 0, new byte[6]));
            all.writeBytes(FrameClient.encoded(HEADERS, 0, 1, FrameClient.block(request("POST", "/"))));
            all.writeBytes(FrameClient.encoded(FrameClient.CONTINUATION, 4, 1, FrameClient.block("x-one", "1")));
            all.writeBytes(FrameClient.encoded(DATA, FrameClient.PADDED, 1, new byte[] {2, 'a', 'b', 0, 0}));
            all.writeBytes(FrameClient.encoded(DATA, END_STREAM, 1, new byte[] {'c'}));
            for (byte each : all.toByteArray()) {
                client.octets(new byte[] {each});
            }
            assertThat(client.response(1).status()).isEqualTo(200);
            Wire.Message got = taken();
            assertThat(got.field("x-one")).isEqualTo("1");
            assertThat(got.body()).isEqualTo("abc");
        }
    }

    @Test
    void headHasNoBodyAndEndsWithItsHead() throws Exception {
        try (RawServer server = answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: 10"));
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("HEAD", "/"));
            Frame head = client.next(HEADERS);
            assertThat(head.has(END_STREAM)).isTrue();
            assertThat(head.field("content-length")).isEqualTo("10");
        }
    }

    @Test
    void aResponseCutShortEndsInAReset() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 10") + "half");
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.next(RST_STREAM).code()).isEqualTo(ErrorCode.INTERNAL_ERROR.number());
            await().until(() -> engine.meters.flags.contains(ResponseFlag.UPSTREAM_RESET));
            assertThat(engine.endpoint.inFlight()).isZero();
        }
    }

    @Test
    void aCancelledRequestEndsTheEndpointsConnection() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    arrived.countDown();
                    if (wire.read() < 0) {
                        closed.countDown();
                    }
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
            client.frame(RST_STREAM, 0, 1, ErrorCode.CANCEL.number());
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            await().until(() -> engine.meters.statuses.contains(499));
            assertThat(engine.endpoint.inFlight()).isZero();
            client.ping();
        }
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestStandsAndTheRestIsRefused() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readHead();
                    wire.send(Wire.head("HTTP/1.1 413 Content Too Large", "Content-Length: 2") + "no");
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, false, request("POST", "/"));
            client.data(1, "begun", false);
            Response answered = client.response(1);
            assertThat(answered.status()).isEqualTo(413);
            assertThat(answered.body()).isEqualTo("no");
            assertThat(client.next(RST_STREAM).code()).isEqualTo(ErrorCode.NO_ERROR.number());
        }
    }

    @Test
    void manyStreamsShareAConnectionAndAreAnsweredAsTheyAreReady() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (RawServer server = new RawServer(wire -> {
                    Wire.Message got = wire.readRequest();
                    if (got != null && got.start().contains("/slow")) {
                        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
                    }
                    wire.send(OK);
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/slow").get(3, "/fast");
            assertThat(client.response(3).status()).isEqualTo(200);
            second.countDown();
            assertThat(client.response(1).status()).isEqualTo(200);
        }
    }

    @Test
    void gRpcCallsGetErrorsOfTheirKind() throws Exception {
        try (RawServer server = new RawServer(_ -> {});
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("POST", "/pkg.Service/Call", "content-type", "application/grpc+proto"));
            Frame head = client.next(HEADERS);
            assertThat(head.field(":status")).isEqualTo("200");
            assertThat(head.field("content-type")).isEqualTo("application/grpc");
            assertThat(head.field("grpc-status")).isEqualTo("14");
            assertThat(head.field("grpc-message")).isEqualTo(ResponseFlag.UPSTREAM_RESET.reason());
            assertThat(head.has(END_STREAM)).isTrue();
        }
    }

    @Test
    void aWebSocketBecomesAnUpgradeAndItsBytesFlowBothWays() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    Wire.Message got = wire.readHead();
                    requests.add(got);
                    wire.send(Wire.head(
                            "HTTP/1.1 101 Switching Protocols",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Accept: x",
                            "Sec-WebSocket-Protocol: chat"));
                    wire.send("hello");
                    assertThat(new String(wire.readExactly(4), StandardCharsets.ISO_8859_1))
                            .isEqualTo("ping");
                    wire.send("pong");
                    assertThat(wire.read()).isEqualTo(-1);
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(
                    1,
                    false,
                    ":method",
                    "CONNECT",
                    ":protocol",
                    "websocket",
                    ":scheme",
                    "http",
                    ":path",
                    "/chat",
                    ":authority",
                    "test.example",
                    "sec-websocket-version",
                    "13",
                    "sec-websocket-protocol",
                    "chat");
            client.data(1, "ping", false);
            Frame head = client.next(HEADERS);
            assertThat(head.fields()).containsExactly(":status: 200", "sec-websocket-protocol: chat");
            StringBuilder got = new StringBuilder();
            while (got.length() < 9) {
                got.append(client.next(DATA).text());
            }
            assertThat(got).hasToString("hellopong");
            client.data(1, "", true);
            assertThat(client.next(DATA).has(END_STREAM)).isTrue();
            Wire.Message asked = taken();
            assertThat(asked.start()).isEqualTo("GET /chat HTTP/1.1");
            assertThat(asked.field("connection")).isEqualTo("upgrade");
            assertThat(asked.field("upgrade")).isEqualTo("websocket");
            assertThat(asked.field("sec-websocket-version")).isEqualTo("13");
            assertThat(asked.field("sec-websocket-key")).hasSize(24);
            assertThat(server.faults()).isEmpty();
        }
    }
}
