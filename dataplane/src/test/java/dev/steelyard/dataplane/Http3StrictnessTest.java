package dev.steelyard.dataplane;

import static dev.steelyard.dataplane.QuicClient.frame;
import static dev.steelyard.dataplane.QuicClient.headers;
import static dev.steelyard.dataplane.QuicClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What breaks RFC 9114 or RFC 9204, and what it is answered by: an error of the connection, of the stream, or a status. */
@Timeout(120)
class Http3StrictnessTest {

    private static final byte[] EMPTY = {};
    private static final String HOST = "shop.example";
    private static final int PORT = FreePort.next();
    private static final Certificate SHOP = Certificates.forNames("shop", HOST);
    private static HttpBackend backend;
    private static Dataplane dataplane;

    /** What a client does. */
    interface Script {
        void run(QuicClient client) throws Exception;
    }

    @BeforeAll
    static void start() throws IOException {
        backend = new HttpBackend("one");
        ManualSource source = new ManualSource();
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                source,
                ManualSource.noServices());
        source.deliver(SnapshotSets.of(
                1,
                VirtualServices.named("shop")
                        .http3(true)
                        .https(PORT, SHOP)
                        .hosts(HOST)
                        .route("/", "p")
                        .pool("p", backend.address())));
        await().until(() -> dataplane.report().appliedRevision() == 1);
    }

    @AfterAll
    static void stop() throws IOException {
        dataplane.close();
        backend.close();
    }

    private static Arguments row(String name, ErrorCode code, Script script) {
        return arguments(named(name, script), code);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] bytes(int... octets) {
        byte[] all = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            all[i] = (byte) octets[i];
        }
        return all;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Script stream(byte[]... parts) {
        return client -> client.bothWays().write(join(parts), true);
    }

    private static Script opened(byte[]... parts) {
        return client -> client.bothWays().write(join(parts), false);
    }

    private static Script oneWay(byte[]... parts) {
        return client -> client.oneWay().write(join(parts), false);
    }

    private static Script control(byte[]... parts) {
        return client -> client.control(join(parts));
    }

    private static byte[] get() {
        return headers(request("GET", HOST, "/"));
    }

    private static byte[] post(String... further) {
        return headers(request("POST", HOST, "/", further));
    }

    static Stream<Arguments> endTheConnection() {
        return Stream.of(
                row("DATA before HEADERS", ErrorCode.FRAME_UNEXPECTED, stream(frame(0, text("x")))),
                row(
                        "DATA after trailers",
                        ErrorCode.FRAME_UNEXPECTED,
                        opened(post(), headers("a", "b"), frame(0, text("x")))),
                row(
                        "HEADERS after trailers",
                        ErrorCode.FRAME_UNEXPECTED,
                        opened(post(), headers("a", "b"), headers("a", "b"))),
                row("SETTINGS on a request", ErrorCode.FRAME_UNEXPECTED, opened(frame(4, EMPTY))),
                row("GOAWAY on a request", ErrorCode.FRAME_UNEXPECTED, opened(frame(7, bytes(0)))),
                row("MAX_PUSH_ID on a request", ErrorCode.FRAME_UNEXPECTED, opened(frame(0xd, bytes(0)))),
                row("CANCEL_PUSH on a request", ErrorCode.FRAME_UNEXPECTED, opened(frame(3, bytes(0)))),
                row("PUSH_PROMISE of a client", ErrorCode.FRAME_UNEXPECTED, opened(post(), frame(5, bytes(0)))),
                row("PRIORITY of HTTP/2", ErrorCode.FRAME_UNEXPECTED, opened(frame(2, new byte[5]))),
                row("PING of HTTP/2", ErrorCode.FRAME_UNEXPECTED, opened(post(), frame(6, new byte[8]))),
                row("WINDOW_UPDATE of HTTP/2", ErrorCode.FRAME_UNEXPECTED, opened(frame(8, new byte[4]))),
                row("CONTINUATION of HTTP/2", ErrorCode.FRAME_UNEXPECTED, opened(get(), frame(9, EMPTY))),
                row("a stream that ends within a frame", ErrorCode.FRAME_ERROR, stream(post(), bytes(0, 5, 'x'))),
                row("a stream that ends within a frame's head", ErrorCode.FRAME_ERROR, stream(post(), bytes(0x40))),
                row("a second control stream", ErrorCode.STREAM_CREATION_ERROR, oneWay(bytes(0, 4, 0))),
                row("a push stream of a client", ErrorCode.STREAM_CREATION_ERROR, oneWay(bytes(1, 0))),
                row("a second encoder stream", ErrorCode.STREAM_CREATION_ERROR, c -> {
                    c.oneWay().write(bytes(2), false);
                    c.oneWay().write(bytes(2), false);
                }),
                row("a control stream that ends", ErrorCode.CLOSED_CRITICAL_STREAM, QuicClient::endControl),
                row(
                        "an encoder stream that ends",
                        ErrorCode.CLOSED_CRITICAL_STREAM,
                        c -> c.oneWay().write(bytes(2), true)),
                row("a second SETTINGS", ErrorCode.FRAME_UNEXPECTED, control(frame(4, EMPTY))),
                row("DATA on the control stream", ErrorCode.FRAME_UNEXPECTED, control(frame(0, text("x")))),
                row("HEADERS on the control stream", ErrorCode.FRAME_UNEXPECTED, control(get())),
                row("PING on the control stream", ErrorCode.FRAME_UNEXPECTED, control(frame(6, new byte[8]))),
                row("a GOAWAY too long", ErrorCode.FRAME_ERROR, control(frame(7, bytes(0, 0)))),
                row("a GOAWAY that grows", ErrorCode.ID_ERROR, control(frame(7, bytes(1)), frame(7, bytes(2)))),
                row(
                        "a MAX_PUSH_ID that shrinks",
                        ErrorCode.ID_ERROR,
                        control(frame(0xd, bytes(2)), frame(0xd, bytes(1)))),
                row("a CANCEL_PUSH of nothing", ErrorCode.ID_ERROR, control(frame(3, bytes(0)))),
                row(
                        "an entry of the dynamic table",
                        ErrorCode.QPACK_DECOMPRESSION_FAILED,
                        stream(frame(1, bytes(0, 0, 0x80)))),
                row(
                        "a table that is awaited",
                        ErrorCode.QPACK_DECOMPRESSION_FAILED,
                        stream(frame(1, bytes(2, 0, 0xd1)))),
                row(
                        "an index beyond the table",
                        ErrorCode.QPACK_DECOMPRESSION_FAILED,
                        stream(frame(1, bytes(0, 0, 0xff, 0x24)))),
                row("a post-base index", ErrorCode.QPACK_DECOMPRESSION_FAILED, stream(frame(1, bytes(0, 0, 0x10)))),
                row("a base below zero", ErrorCode.QPACK_DECOMPRESSION_FAILED, stream(frame(1, bytes(0, 0x80, 0xd1)))),
                row(
                        "a string cut short",
                        ErrorCode.QPACK_DECOMPRESSION_FAILED,
                        stream(frame(1, bytes(0, 0, 0x51, 5, 'x')))),
                row(
                        "Huffman padding of zeros",
                        ErrorCode.QPACK_DECOMPRESSION_FAILED,
                        stream(frame(1, bytes(0, 0, 0x51, 0x81, 0)))),
                row("no prefix", ErrorCode.QPACK_DECOMPRESSION_FAILED, stream(frame(1, EMPTY))),
                row(
                        "an insertion into the table",
                        ErrorCode.QPACK_ENCODER_STREAM_ERROR,
                        oneWay(bytes(2, 0xc0, 1, 'x'))),
                row("a capacity beyond the table's", ErrorCode.QPACK_ENCODER_STREAM_ERROR, oneWay(bytes(2, 0x3f, 1))),
                row("an acknowledgement of nothing", ErrorCode.QPACK_DECODER_STREAM_ERROR, oneWay(bytes(3, 0x80))),
                row("an increment of nothing", ErrorCode.QPACK_DECODER_STREAM_ERROR, oneWay(bytes(3, 1))));
    }

    @ParameterizedTest
    @MethodSource("endTheConnection")
    void breachesEndTheConnection(Script script, ErrorCode code) throws Exception {
        try (QuicClient client = connect()) {
            script.run(client);
            assertThat(client.closeCode()).isEqualTo(code.number());
        }
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                row("no SETTINGS first", ErrorCode.MISSING_SETTINGS, oneWay(bytes(0, 0xd, 1, 0))),
                row("a setting of HTTP/2", ErrorCode.SETTINGS_ERROR, oneWay(bytes(0, 4, 2, 2, 0))),
                row("a setting twice", ErrorCode.SETTINGS_ERROR, oneWay(bytes(0, 4, 4, 6, 1, 6, 1))),
                row("ENABLE_CONNECT_PROTOCOL of 2", ErrorCode.SETTINGS_ERROR, oneWay(bytes(0, 4, 2, 8, 2))),
                row("half a setting", ErrorCode.FRAME_ERROR, oneWay(bytes(0, 4, 1, 6))));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void wrongSettingsEndTheConnection(Script script, ErrorCode code) throws Exception {
        try (QuicClient client = QuicClient.open(address(), HOST, tls -> tls)) {
            script.run(client);
            assertThat(client.closeCode()).isEqualTo(code.number());
        }
    }

    private static Arguments fields(String name, String... fields) {
        return arguments(named(name, headers(fields)), ErrorCode.MESSAGE_ERROR);
    }

    private static Arguments with(String name, String... further) {
        return fields(name, request("GET", HOST, "/", further));
    }

    static Stream<Arguments> endTheStream() {
        return Stream.of(
                fields("no method", ":scheme", "https", ":authority", HOST, ":path", "/"),
                fields("no scheme", ":method", "GET", ":authority", HOST, ":path", "/"),
                fields("no path", ":method", "GET", ":scheme", "https", ":authority", HOST),
                fields("an empty path", request("GET", HOST, "")),
                fields("a path without a slash", request("GET", HOST, "x")),
                fields("an empty authority", request("GET", "", "/")),
                with("a second method", ":method", "GET"),
                with("an unknown pseudo-header field", ":x", "y"),
                with("a response's pseudo-header field", ":status", "200"),
                with("a pseudo-header field after others", "a", "b", ":path", "/"),
                with("upper case", "Accept", "x"),
                with("a space in a name", "a b", "x"),
                with("an empty name", "", "x"),
                with("a line break in a value", "a", "x\r\nb: y"),
                with("a NUL in a value", "a", "x\0y"),
                with("connection", "connection", "close"),
                with("keep-alive", "keep-alive", "timeout=5"),
                with("proxy-connection", "proxy-connection", "keep-alive"),
                with("transfer-encoding", "transfer-encoding", "chunked"),
                with("upgrade", "upgrade", "websocket"),
                with("te other than trailers", "te", "gzip"),
                with("another host", "host", "blog.example"),
                fields(
                        "a WebSocket",
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "websocket",
                        ":scheme",
                        "https",
                        ":authority",
                        HOST,
                        ":path",
                        "/"),
                arguments(
                        named("more content than the length", join(post("content-length", "1"), frame(0, text("xy")))),
                        ErrorCode.MESSAGE_ERROR),
                arguments(
                        named("less content than the length", join(post("content-length", "5"), frame(0, text("xy")))),
                        ErrorCode.MESSAGE_ERROR),
                arguments(
                        named("a pseudo-header field in trailers", join(post(), headers(":path", "/"))),
                        ErrorCode.MESSAGE_ERROR),
                arguments(named("nothing", EMPTY), ErrorCode.REQUEST_INCOMPLETE),
                arguments(
                        named("nothing but frames of no meaning", frame(0x21, text("x"))),
                        ErrorCode.REQUEST_INCOMPLETE));
    }

    @ParameterizedTest
    @MethodSource("endTheStream")
    void breachesEndTheStream(byte[] octets, ErrorCode code) throws Exception {
        try (QuicClient client = connect()) {
            QuicClient.Stream stream = client.bothWays().write(octets, true);
            assertThat(stream.resetCode()).isEqualTo(code.number());
            assertThat(client.get(HOST, "/").status()).as("the next one").isEqualTo("200");
        }
    }

    static Stream<Arguments> answered() {
        return Stream.of(
                arguments(named("plain", get()), "200"),
                arguments(
                        named(
                                "two lengths",
                                headers(request("GET", HOST, "/", "content-length", "1", "content-length", "2"))),
                        "400"),
                arguments(named("userinfo in the authority", headers(request("GET", "u@" + HOST, "/"))), "400"),
                arguments(
                        named("a length that is none", headers(request("GET", HOST, "/", "content-length", "x"))),
                        "400"),
                arguments(
                        named("a length without content", headers(request("GET", HOST, "/", "content-length", "5"))),
                        "400"),
                arguments(
                        named(
                                "frames of no meaning between",
                                join(frame(0x21, text("x")), get(), frame(0x40, text("y")))),
                        "200"),
                arguments(
                        named(
                                "cookies in crumbs",
                                headers(request("GET", HOST, "/", "cookie", "a=1", "cookie", "b=2"))),
                        "200"),
                arguments(named("the same host twice", headers(request("GET", HOST, "/", "host", HOST))), "200"),
                arguments(named("trailers", join(post(), frame(0, text("x")), headers("a", "b"))), "200"),
                arguments(
                        named(
                                "an expectation of the static table",
                                frame(
                                        1,
                                        bytes(
                                                0, 0, 0xd1, 0xd7, 0xc1, 0x50, 12, 's', 'h', 'o', 'p', '.', 'e', 'x',
                                                'a', 'm', 'p', 'l', 'e'))),
                        "200"),
                arguments(
                        named("another host than the certificate's", headers(request("GET", "blog.example", "/"))),
                        "421"),
                arguments(named("CONNECT", headers(":method", "CONNECT", ":authority", HOST + ":443")), "501"),
                arguments(
                        named(
                                "another scheme",
                                headers(":method", "GET", ":scheme", "ftp", ":authority", HOST, ":path", "/")),
                        "400"),
                arguments(
                        named("fields too large", headers(request("GET", HOST, "/", "a", "x".repeat(40_000)))), "431"),
                arguments(
                        named("fields beyond all bounds", headers(request("GET", HOST, "/", "a", "x".repeat(70_000)))),
                        "431"));
    }

    @ParameterizedTest
    @MethodSource("answered")
    void othersAreAnswered(byte[] octets, String status) throws Exception {
        try (QuicClient client = connect()) {
            QuicClient.Stream stream = client.bothWays().write(octets, true);
            assertThat(stream.response().status()).isEqualTo(status);
            assertThat(client.get(HOST, "/").status()).as("the next one").isEqualTo("200");
        }
    }

    private static QuicClient connect() throws Exception {
        return QuicClient.connect(address(), HOST);
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);
    }
}
