package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.CONTINUATION;
import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.GOAWAY;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.PADDED;
import static dev.steelyard.dataplane.http2.FrameClient.PING;
import static dev.steelyard.dataplane.http2.FrameClient.PRIORITY;
import static dev.steelyard.dataplane.http2.FrameClient.PUSH_PROMISE;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.SETTINGS;
import static dev.steelyard.dataplane.http2.FrameClient.WINDOW_UPDATE;
import static dev.steelyard.dataplane.http2.FrameClient.block;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.FrameClient.Script;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What breaks RFC 9113, and what it is answered by: an error of the connection, of the stream, or a status. None of it reaches an endpoint. */
@Timeout(60)
class StrictnessTest {

    private static final byte[] EMPTY = {};
    private static RawServer server;
    private static Http2Fixture engine;

    @BeforeAll
    static void start() {
        server = RawServer.answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: 0"));
        engine = new Http2Fixture(server.address());
    }

    @AfterAll
    static void stop() {
        engine.close();
        server.close();
    }

    private static Arguments row(String name, ErrorCode code, Script script) {
        return arguments(named(name, script), code);
    }

    private static Script fields(String... fields) {
        return client -> client.headers(1, true, fields);
    }

    private static Script with(String... further) {
        return fields(request("GET", "/", further));
    }

    private static Script open(Script then) {
        return client -> {
            client.headers(1, false, request("POST", "/"));
            then.run(client);
        };
    }

    static Stream<Arguments> endTheConnection() {
        return Stream.of(
                row("DATA without a stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(DATA, 0, 0, EMPTY)),
                row("DATA on an idle stream", ErrorCode.PROTOCOL_ERROR, c -> c.data(1, "x", true)),
                row("HEADERS without a stream", ErrorCode.PROTOCOL_ERROR, c -> c.headers(0, true, request("GET", "/"))),
                row("an even stream", ErrorCode.PROTOCOL_ERROR, c -> c.headers(2, true, request("GET", "/"))),
                row("a stream number that was passed over", ErrorCode.STREAM_CLOSED, c -> {
                    c.get(5, "/");
                    c.get(3, "/");
                }),
                row("a frame too large", ErrorCode.FRAME_SIZE_ERROR, c -> c.frame(DATA, 0, 1, new byte[16_385])),
                row(
                        "padding longer than DATA",
                        ErrorCode.PROTOCOL_ERROR,
                        open(c -> c.frame(DATA, PADDED, 1, new byte[] {5, 1}))),
                row(
                        "padding longer than HEADERS",
                        ErrorCode.PROTOCOL_ERROR,
                        c -> c.frame(HEADERS, PADDED | END_HEADERS, 1, new byte[] {9, 1})),
                row(
                        "RST_STREAM of the wrong size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        open(c -> c.frame(RST_STREAM, 0, 1, new byte[3]))),
                row("RST_STREAM on an idle stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(RST_STREAM, 0, 1, 8)),
                row("RST_STREAM without a stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(RST_STREAM, 0, 0, 8)),
                row("SETTINGS on a stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(SETTINGS, 0, 1, EMPTY)),
                row(
                        "SETTINGS of the wrong size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        c -> c.frame(SETTINGS, 0, 0, new byte[5])),
                row(
                        "an acknowledgement with content",
                        ErrorCode.FRAME_SIZE_ERROR,
                        c -> c.frame(SETTINGS, 1, 0, new byte[6])),
                row("ENABLE_PUSH of 2", ErrorCode.PROTOCOL_ERROR, c -> c.settings(2, 2)),
                row("INITIAL_WINDOW_SIZE of 2^31", ErrorCode.FLOW_CONTROL_ERROR, c -> c.settings(4, 1 << 31)),
                row("MAX_FRAME_SIZE of 16383", ErrorCode.PROTOCOL_ERROR, c -> c.settings(5, 16_383)),
                row("MAX_FRAME_SIZE of 2^24", ErrorCode.PROTOCOL_ERROR, c -> c.settings(5, 1 << 24)),
                row("ENABLE_CONNECT_PROTOCOL of 2", ErrorCode.PROTOCOL_ERROR, c -> c.settings(8, 2)),
                row("PUSH_PROMISE", ErrorCode.PROTOCOL_ERROR, open(c -> c.frame(PUSH_PROMISE, 4, 1, new byte[8]))),
                row("PING on a stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(PING, 0, 1, new byte[8])),
                row("PING of the wrong size", ErrorCode.FRAME_SIZE_ERROR, c -> c.frame(PING, 0, 0, new byte[7])),
                row("GOAWAY on a stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(GOAWAY, 0, 1, new byte[8])),
                row("GOAWAY of the wrong size", ErrorCode.FRAME_SIZE_ERROR, c -> c.frame(GOAWAY, 0, 0, new byte[7])),
                row(
                        "WINDOW_UPDATE of the wrong size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        c -> c.frame(WINDOW_UPDATE, 0, 0, new byte[3])),
                row("WINDOW_UPDATE by nothing", ErrorCode.PROTOCOL_ERROR, c -> c.frame(WINDOW_UPDATE, 0, 0, 0)),
                row("WINDOW_UPDATE on an idle stream", ErrorCode.PROTOCOL_ERROR, c -> c.frame(WINDOW_UPDATE, 0, 1, 1)),
                row(
                        "a window beyond 2^31",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        c -> c.frame(WINDOW_UPDATE, 0, 0, Integer.MAX_VALUE)),
                row(
                        "CONTINUATION of nothing",
                        ErrorCode.PROTOCOL_ERROR,
                        c -> c.frame(CONTINUATION, END_HEADERS, 1, EMPTY)),
                row("a header block interrupted", ErrorCode.PROTOCOL_ERROR, c -> {
                    c.frame(HEADERS, END_STREAM, 1, block(request("GET", "/")));
                    c.frame(PING, 0, 0, new byte[8]);
                }),
                row("a header block continued on another stream", ErrorCode.PROTOCOL_ERROR, c -> {
                    c.frame(HEADERS, END_STREAM, 1, block(request("GET", "/")));
                    c.frame(CONTINUATION, END_HEADERS, 3, EMPTY);
                }),
                row(
                        "an index of no table",
                        ErrorCode.COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, new byte[] {(byte) 0xff, 0x7f})),
                row(
                        "a header block cut short",
                        ErrorCode.COMPRESSION_ERROR,
                        c -> c.frame(HEADERS, END_HEADERS | END_STREAM, 1, new byte[] {0, 5, 'a'})));
    }

    static Stream<Arguments> endTheStream() {
        return Stream.of(
                row(
                        "no :method",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":scheme", "http", ":path", "/", ":authority", "test.example")),
                row(
                        "no :scheme",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":method", "GET", ":path", "/", ":authority", "test.example")),
                row(
                        "no :path",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":method", "GET", ":scheme", "http", ":authority", "test.example")),
                row("an empty :path", ErrorCode.PROTOCOL_ERROR, fields(request("GET", ""))),
                row("a :path without a slash", ErrorCode.PROTOCOL_ERROR, fields(request("GET", "x"))),
                row("an absolute :path", ErrorCode.PROTOCOL_ERROR, fields(request("GET", "http://test.example/"))),
                row("* for GET", ErrorCode.PROTOCOL_ERROR, fields(request("GET", "*"))),
                row(
                        "an empty :authority",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "")),
                row(
                        "two :path",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(
                                ":path",
                                "/admin",
                                ":method",
                                "GET",
                                ":scheme",
                                "http",
                                ":path",
                                "/",
                                ":authority",
                                "test.example")),
                row(
                        "two :authority",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(
                                ":authority",
                                "a",
                                ":method",
                                "GET",
                                ":scheme",
                                "http",
                                ":path",
                                "/",
                                ":authority",
                                "test.example")),
                row(
                        "an unknown pseudo-header field",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":x", "1", ":method", "GET", ":scheme", "http", ":path", "/")),
                row(
                        "a response's pseudo-header field",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(":status", "200", ":method", "GET", ":scheme", "http", ":path", "/")),
                row(
                        "a pseudo-header field behind others",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(
                                ":method",
                                "GET",
                                ":scheme",
                                "http",
                                ":path",
                                "/",
                                "a",
                                "b",
                                ":authority",
                                "test.example")),
                row(
                        "a :protocol without CONNECT",
                        ErrorCode.PROTOCOL_ERROR,
                        fields(
                                ":protocol",
                                "websocket",
                                ":method",
                                "GET",
                                ":scheme",
                                "http",
                                ":path",
                                "/",
                                ":authority",
                                "test.example")),
                row("CONNECT with a path", ErrorCode.PROTOCOL_ERROR, fields(request("CONNECT", "/"))),
                row("CONNECT without an authority", ErrorCode.PROTOCOL_ERROR, fields(":method", "CONNECT")),
                row("a name in upper case", ErrorCode.PROTOCOL_ERROR, with("X-Y", "z")),
                row("an empty name", ErrorCode.PROTOCOL_ERROR, with("", "z")),
                row("a name with a space", ErrorCode.PROTOCOL_ERROR, with("x y", "z")),
                row("a name with a colon", ErrorCode.PROTOCOL_ERROR, with("x:y", "z")),
                row("a name with CR LF", ErrorCode.PROTOCOL_ERROR, with("x\r\ny", "z")),
                row("a name with NUL", ErrorCode.PROTOCOL_ERROR, with("x\0", "z")),
                row("a value with CR LF", ErrorCode.PROTOCOL_ERROR, with("x", "1\r\nhost: evil")),
                row("a value with LF", ErrorCode.PROTOCOL_ERROR, with("x", "1\n")),
                row("a value with CR", ErrorCode.PROTOCOL_ERROR, with("x", "1\r2")),
                row("a value with NUL", ErrorCode.PROTOCOL_ERROR, with("x", "1\0002")),
                row("a value with a space before", ErrorCode.PROTOCOL_ERROR, with("x", " 1")),
                row("a value with a tab behind", ErrorCode.PROTOCOL_ERROR, with("x", "1\t")),
                row("a cookie crumb with LF", ErrorCode.PROTOCOL_ERROR, with("cookie", "a=b", "cookie", "c\nd")),
                row("connection", ErrorCode.PROTOCOL_ERROR, with("connection", "close")),
                row("keep-alive", ErrorCode.PROTOCOL_ERROR, with("keep-alive", "timeout=5")),
                row("proxy-connection", ErrorCode.PROTOCOL_ERROR, with("proxy-connection", "keep-alive")),
                row("transfer-encoding", ErrorCode.PROTOCOL_ERROR, with("transfer-encoding", "chunked")),
                row("upgrade", ErrorCode.PROTOCOL_ERROR, with("upgrade", "websocket")),
                row("http2-settings", ErrorCode.PROTOCOL_ERROR, with("http2-settings", "x")),
                row("te other than trailers", ErrorCode.PROTOCOL_ERROR, with("te", "gzip")),
                row("te with more than trailers", ErrorCode.PROTOCOL_ERROR, with("te", "trailers, deflate")),
                row("a host other than :authority", ErrorCode.PROTOCOL_ERROR, with("host", "evil.example")),
                row("less content than announced", ErrorCode.PROTOCOL_ERROR, c -> {
                    c.headers(1, false, request("POST", "/", "content-length", "5"));
                    c.data(1, "four", true);
                }),
                row("more content than announced", ErrorCode.PROTOCOL_ERROR, c -> {
                    c.headers(1, false, request("POST", "/", "content-length", "3"));
                    c.data(1, "four", true);
                }),
                row("content after a length of zero", ErrorCode.PROTOCOL_ERROR, c -> {
                    c.headers(1, false, request("POST", "/reads-all", "content-length", "0"));
                    c.data(1, "GET / HTTP/1.1\r\n", true);
                }),
                row(
                        "trailers with a pseudo-header field",
                        ErrorCode.PROTOCOL_ERROR,
                        open(c -> c.headers(1, true, ":path", "/x"))),
                row("trailers with CR LF", ErrorCode.PROTOCOL_ERROR, open(c -> c.headers(1, true, "a", "b\r\nc"))),
                row(
                        "trailers that do not end the stream",
                        ErrorCode.PROTOCOL_ERROR,
                        open(c -> c.headers(1, false, "a", "b"))),
                row(
                        "PRIORITY of the wrong size",
                        ErrorCode.FRAME_SIZE_ERROR,
                        open(c -> c.frame(PRIORITY, 0, 1, new byte[4]))),
                row(
                        "a stream that depends on itself",
                        ErrorCode.PROTOCOL_ERROR,
                        open(c -> c.frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 1, 0}))),
                row("WINDOW_UPDATE by nothing", ErrorCode.PROTOCOL_ERROR, open(c -> c.frame(WINDOW_UPDATE, 0, 1, 0))),
                row(
                        "a stream's window beyond 2^31",
                        ErrorCode.FLOW_CONTROL_ERROR,
                        open(c -> c.frame(WINDOW_UPDATE, 0, 1, Integer.MAX_VALUE))));
    }

    static Stream<Arguments> areAnswered() {
        return Stream.of(
                arguments(named("CONNECT", fields(":method", "CONNECT", ":authority", "test.example:443")), 501),
                arguments(named("TRACE", fields(request("TRACE", "/"))), 501),
                arguments(
                        named(
                                "another protocol",
                                fields(
                                        ":method",
                                        "CONNECT",
                                        ":protocol",
                                        "connect-udp",
                                        ":scheme",
                                        "https",
                                        ":path",
                                        "/",
                                        ":authority",
                                        "test.example")),
                        501),
                arguments(
                        named(
                                "another scheme",
                                fields(":method", "GET", ":scheme", "ftp", ":path", "/", ":authority", "test.example")),
                        400),
                arguments(named("no host", fields(":method", "GET", ":scheme", "http", ":path", "/")), 400),
                arguments(
                        named(
                                "a user in :authority",
                                fields(
                                        ":method",
                                        "GET",
                                        ":scheme",
                                        "http",
                                        ":path",
                                        "/",
                                        ":authority",
                                        "a@test.example")),
                        400),
                arguments(
                        named(
                                "two lengths",
                                fields(request("POST", "/", "content-length", "0", "content-length", "0"))),
                        400),
                arguments(named("a signed length", fields(request("POST", "/", "content-length", "+0"))), 400),
                arguments(
                        named("content announced and not sent", fields(request("POST", "/", "content-length", "3"))),
                        400),
                arguments(named("a NUL in the path", fields(request("GET", "/%00"))), 400),
                arguments(named("a space in the path", fields(request("GET", "/ HTTP/1.1"))), 400),
                arguments(named("CR LF in the path", fields(request("GET", "/\r\nx:y"))), 400),
                arguments(named("a hidden dot segment", fields(request("GET", "/a/..%2fb"))), 400),
                arguments(
                        named(
                                "an unknown host",
                                fields(
                                        ":method",
                                        "GET",
                                        ":scheme",
                                        "http",
                                        ":path",
                                        "/",
                                        ":authority",
                                        "other.example")),
                        404),
                arguments(named("fields too large", with("x", "y".repeat(40_000))), 431),
                arguments(named("too many fields", fields(request("GET", "/", manyFields()))), 431));
    }

    private static String[] manyFields() {
        String[] fields = new String[260];
        Arrays.fill(fields, "x");
        return fields;
    }

    @ParameterizedTest
    @MethodSource
    void endTheConnection(Script script, ErrorCode code) throws IOException {
        try (FrameClient client = engine.connect().start()) {
            client.together(script);
            Frame end = client.next(GOAWAY);
            assertThat(end.code()).isEqualTo(code.number());
            while (client.read() != null) {}
        }
        assertThat(server.faults()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void endTheStream(Script script, ErrorCode code) throws IOException {
        try (FrameClient client = engine.connect().start()) {
            client.together(script);
            Frame end = client.outcome();
            assertThat(end.type()).isEqualTo(RST_STREAM);
            assertThat(end.code()).isEqualTo(code.number());
            client.get(99, "/");
            assertThat(client.response(99).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @MethodSource
    void areAnswered(Script script, int status) throws IOException {
        try (FrameClient client = engine.connect().start()) {
            client.together(script);
            assertThat(client.response(1).status()).isEqualTo(status);
            client.get(99, "/");
            assertThat(client.response(99).status()).isEqualTo(200);
        }
    }
}
