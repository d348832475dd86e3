package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.WINDOW_UPDATE;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.session.Session;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Route.Timeouts;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Neither side is sent, or read, faster than the other takes; and a stream that nobody reads holds up no other. */
@Timeout(60)
class FlowTest {

    private static final int LARGE = 64 << 20;

    /** Sends bodies of 64 MiB for {@code /large}, counted as they go, and short ones for the rest. */
    private static RawServer sending(AtomicLong sent) {
        return new RawServer(wire -> {
            for (Wire.Message got = wire.readRequest(); got != null; got = wire.readRequest()) {
                if (!got.start().contains("/large")) {
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                    continue;
                }
                wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: " + LARGE));
                byte[] piece = new byte[65_536];
                for (int i = 0; i < LARGE / piece.length; i++) {
                    wire.send(piece);
                    sent.addAndGet(piece.length);
                }
            }
        });
    }

    @Test
    void aClientThatOpensNoWindowStopsTheEndpointAndHoldsUpNoOtherStream() throws Exception {
        AtomicLong sent = new AtomicLong();
        try (RawServer server = sending(sent);
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.frame(WINDOW_UPDATE, 0, 0, 1 << 20);
            client.get(1, "/large");
            int read = 0;
            while (read < 65_535) {
                read += client.next(DATA).payload().length;
            }
            assertThat(read).isEqualTo(65_535);
            client.get(3, "/small");
            assertThat(client.response(3).body()).isEqualTo("ok");
            await().during(Duration.ofMillis(300)).until(() -> sent.get() < LARGE / 2);
            long before = sent.get();
            client.frame(WINDOW_UPDATE, 0, 1, LARGE).frame(WINDOW_UPDATE, 0, 0, LARGE);
            for (Frame frame = client.next(DATA); !frame.has(END_STREAM); frame = client.next(DATA)) {
                read += frame.payload().length;
            }
            assertThat(sent.get()).isEqualTo(LARGE).isGreaterThan(before);
        }
    }

    @Test
    void aStalledClientIsGivenUpAfterTheIdleTimeout() throws Exception {
        try (RawServer server = sending(new AtomicLong());
                Http2Fixture engine = new Http2Fixture(server.address())
                        .timeouts(new Timeouts(Duration.ofSeconds(30), Duration.ofMillis(500)));
                FrameClient client = engine.connect().start(4, 0)) {
            client.get(1, "/large");
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("200");
            assertThat(client.next(RST_STREAM).code()).isEqualTo(ErrorCode.INTERNAL_ERROR.number());
            await().until(() -> engine.meters.flags.contains(ResponseFlag.IDLE_TIMEOUT));
            client.ping();
        }
    }

    @Test
    void aSmallerWindowTakesEffectOnStreamsThatAreOpen() throws Exception {
        try (RawServer server = sending(new AtomicLong());
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start(4, 3)) {
            client.get(1, "/small2");
            assertThat(client.next(DATA).text()).isEqualTo("ok");
            client.get(3, "/large");
            assertThat(client.next(DATA).payload()).hasSize(3);
            client.settings(4, 0);
            client.frame(WINDOW_UPDATE, 0, 3, 4);
            assertThat(client.next(DATA).payload()).hasSize(1);
        }
    }

    @Test
    void anEndpointThatDoesNotReadStopsTheUploadAndNoOtherStream() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        try (RawServer server = new RawServer(wire -> {
                    Wire.Message got = wire.readHead();
                    if (got != null && got.start().startsWith("GET")) {
                        wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                        wire.read();
                        return;
                    }
                    assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                    byte[] buffer = new byte[65_536];
                    while (received.get() < LARGE) {
                        received.addAndGet(wire.read(buffer));
                    }
                    wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, false, request("PUT", "/", "content-length", Integer.toString(LARGE)));
            long window = Session.STREAM_WINDOW;
            long connection = Session.CONNECTION_WINDOW;
            long sent = 0;
            boolean asked = false;
            byte[] piece = new byte[16_384];
            while (sent < LARGE) {
                while (window >= piece.length && connection >= piece.length && sent < LARGE) {
                    boolean last = sent + piece.length == LARGE;
                    client.frame(DATA, last ? END_STREAM : 0, 1, piece);
                    window -= piece.length;
                    connection -= piece.length;
                    sent += piece.length;
                }
                if (window < piece.length && !asked && sent > 4 << 20) {
                    // Most likely the endpoint's socket is full by now.
                    asked = true;
                    client.get(3, "/");
                }
                if (sent == LARGE) {
                    break;
                }
                Frame frame = client.mustRead();
                if (frame.type() == WINDOW_UPDATE) {
                    int increment = ByteBuffer.wrap(frame.payload()).getInt();
                    if (frame.stream() == 0) {
                        connection += increment;
                    } else {
                        window += increment;
                    }
                } else if (frame.type() == DATA && frame.stream() == 3) {
                    assertThat(frame.text()).isEqualTo("ok");
                    go.countDown();
                }
                if (go.getCount() > 0 && window < piece.length && !asked) {
                    asked = true;
                    client.get(3, "/");
                }
            }
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("200");
            assertThat(received.get()).isEqualTo(LARGE);
        }
    }

    @Test
    void whatExceedsAStreamsWindowEndsTheStream() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (RawServer server = new RawServer(_ -> done.await(10, TimeUnit.SECONDS));
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.headers(1, false, request("PUT", "/"));
            int code = -1;
            for (int sent = 0; code < 0 && sent < LARGE; sent += 16 * 16_384) {
                for (int i = 0; i < 16; i++) {
                    client.frame(DATA, 0, 1, new byte[16_384]);
                }
                client.frame(FrameClient.PING, 0, 0, new byte[8]);
                for (Frame frame = client.mustRead(); frame.type() != FrameClient.PING; frame = client.mustRead()) {
                    if (frame.type() == RST_STREAM) {
                        code = frame.code();
                    }
                }
            }
            assertThat(code).isEqualTo(ErrorCode.FLOW_CONTROL_ERROR.number());
            client.ping();
            done.countDown();
        }
    }

    /** As Node.js does, which then waits for us to close. */
    @Test
    void aClientThatEndsItsSideIsClosed() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    wire.readRequest();
                    wire.send(Wire.head("HTTP/1.1 204 No Content"));
                });
                Http2Fixture engine = new Http2Fixture(server.address());
                Socket socket = new Socket(
                        engine.address().getAddress(), engine.address().getPort());
                FrameClient client = new FrameClient(socket).start()) {
            client.get(1, "/");
            assertThat(client.next(HEADERS).field(":status")).isEqualTo("204");
            socket.shutdownOutput();
            for (Frame frame = client.read(); frame != null; frame = client.read()) {
                assertThat(frame.stream()).isZero();
            }
        }
    }
}
