package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.ACK;
import static dev.steelyard.dataplane.http2.FrameClient.GOAWAY;
import static dev.steelyard.dataplane.http2.FrameClient.PING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.snapshot.ListenerLimits;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections end without losing a request: two GOAWAYs (RFC 9113 section 6.8). */
@Timeout(60)
class DrainTest {

    private final CountDownLatch go = new CountDownLatch(1);

    private RawServer waiting() {
        return new RawServer(wire -> {
            for (Wire.Message got = wire.readRequest(); got != null; got = wire.readRequest()) {
                if (got.start().contains("/slow")) {
                    assertThat(go.await(10, TimeUnit.SECONDS)).isTrue();
                }
                wire.send(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
            }
        });
    }

    private static ListenerLimits limits(Duration age, Duration keepAlive, int maxRequests) {
        ListenerLimits limits = ListenerLimits.DEFAULT;
        return new ListenerLimits(
                limits.maxConnections(), age, limits.headerTimeout(), keepAlive, limits.maxHeaderBytes(), maxRequests);
    }

    private static void endsAfterTwoGoAways(FrameClient client, int last) throws Exception {
        Frame first = client.next(GOAWAY);
        assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
        assertThat(first.code()).isEqualTo(ErrorCode.NO_ERROR.number());
        client.frame(PING, ACK, 0, client.next(PING).payload());
        Frame second = client.next(GOAWAY);
        assertThat(second.lastStream()).isEqualTo(last);
        assertThat(second.code()).isEqualTo(ErrorCode.NO_ERROR.number());
    }

    @Test
    void whatIsUnderWayIsServedToTheEndAndWhatIsOnItsWayToo() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.get(1, "/slow");
            await().until(() -> engine.endpoint.inFlight() == 1);
            engine.drain();
            Frame first = client.next(GOAWAY);
            assertThat(first.lastStream()).isEqualTo(Integer.MAX_VALUE);
            client.get(3, "/");
            client.frame(PING, ACK, 0, client.next(PING).payload());
            assertThat(client.next(GOAWAY).lastStream()).isEqualTo(3);
            client.get(5, "/");
            go.countDown();
            assertThat(client.next(FrameClient.HEADERS).field(":status")).isEqualTo("200");
            assertThat(client.next(FrameClient.HEADERS).field(":status")).isEqualTo("200");
            for (Frame frame = client.read(); frame != null; frame = client.read()) {
                assertThat(frame.stream()).isNotEqualTo(5);
            }
        }
    }

    @Test
    void anIdleConnectionEndsAtOnce() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.ping();
            engine.drain();
            endsAfterTwoGoAways(client, 0);
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void aClientThatDoesNotAnswerThePingIsNotWaitedForLong() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine = new Http2Fixture(server.address());
                FrameClient client = engine.connect().start()) {
            client.ping();
            engine.drain();
            client.next(GOAWAY);
            assertThat(client.next(GOAWAY).lastStream()).isZero();
            assertThat(client.read()).isNull();
        }
    }

    @Test
    void aConnectionEndsAfterItsShareOfRequests() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine =
                        new Http2Fixture(server.address()).limits(limits(Duration.ZERO, Duration.ofSeconds(60), 2));
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.response(1).status()).isEqualTo(200);
            client.get(3, "/");
            endsAfterTwoGoAways(client, 3);
        }
    }

    @Test
    void aConnectionEndsWhenItIsOld() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine = new Http2Fixture(server.address())
                        .limits(limits(Duration.ofMillis(300), Duration.ofSeconds(60), 0));
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            endsAfterTwoGoAways(client, 1);
        }
    }

    @Test
    void anIdleConnectionEndsAfterTheKeepAliveTimeout() throws Exception {
        try (RawServer server = waiting();
                Http2Fixture engine =
                        new Http2Fixture(server.address()).limits(limits(Duration.ZERO, Duration.ofMillis(300), 0));
                FrameClient client = engine.connect().start()) {
            client.get(1, "/");
            assertThat(client.response(1).status()).isEqualTo(200);
            assertThat(client.next(GOAWAY).lastStream()).isEqualTo(1);
            assertThat(client.read()).isNull();
        }
    }
}
