package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.http1.FilterCases;
import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.FrameClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies of error responses for clients of HTTP/2. */
@Timeout(60)
class ErrorPagesTest {

    @Test
    void errorsOfThePoolAreReplaced() throws Exception {
        String failing =
                Wire.head("HTTP/1.1 503 No", "Content-Length: 6", "Set-Cookie: a=b", "ETag: secret") + "secret";
        try (RawServer server = RawServer.answering(failing);
                Http2Fixture engine = new Http2Fixture(server.address()).filters(FilterCases.compiled());
                FrameClient client = engine.connect().start()) {
            for (int stream = 1; stream < 6; stream += 2) {
                Response response = client.get(stream, "/").response(stream);
                assertThat(response.status()).isEqualTo(503);
                assertThat(response.body()).isEqualTo("<h1>Soon back: caf\u00c3\u00a9</h1>");
                assertThat(response.head().field("content-type")).isEqualTo("text/html; charset=utf-8");
                assertThat(response.head().field("content-length")).isEqualTo("25");
                assertThat(response.head().field("set-cookie")).isEqualTo("a=b");
                assertThat(response.head().field("x-set")).isEqualTo("1");
                assertThat(response.head().field("etag")).isNull();
            }
            assertThat(server.connections()).isEqualTo(1);
            client.headers(7, true, request("HEAD", "/"));
            Frame head = client.next(HEADERS);
            assertThat(head.has(FrameClient.END_STREAM)).isTrue();
            assertThat(head.field("content-length")).isEqualTo("25");
        }
    }

    @Test
    void callsOfGrpcGetAStatusAndNoPage() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                });
                Http2Fixture engine = new Http2Fixture(server.address()).filters(FilterCases.compiled());
                FrameClient client = engine.connect().start()) {
            client.headers(1, true, request("POST", "/a.B/C", "content-type", "application/grpc", "x-why", "?"));
            Frame head = client.next(HEADERS);
            assertThat(head.field(":status")).isEqualTo("200");
            assertThat(head.field("grpc-status")).isEqualTo("14");
            assertThat(head.field("grpc-message")).isEqualTo("the endpoint closed the connection before it answered");
            assertThat(head.field("x-why")).isEqualTo("upstream_reset");
            assertThat(head.field("x-set")).isEqualTo("1");
            assertThat(head.has(FrameClient.END_STREAM)).isTrue();
        }
    }
}
