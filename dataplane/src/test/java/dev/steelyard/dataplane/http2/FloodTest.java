package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.CONTINUATION;
import static dev.steelyard.dataplane.http2.FrameClient.DATA;
import static dev.steelyard.dataplane.http2.FrameClient.END_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.GOAWAY;
import static dev.steelyard.dataplane.http2.FrameClient.HEADERS;
import static dev.steelyard.dataplane.http2.FrameClient.PING;
import static dev.steelyard.dataplane.http2.FrameClient.PRIORITY;
import static dev.steelyard.dataplane.http2.FrameClient.RST_STREAM;
import static dev.steelyard.dataplane.http2.FrameClient.SETTINGS;
import static dev.steelyard.dataplane.http2.FrameClient.WINDOW_UPDATE;
import static dev.steelyard.dataplane.http2.FrameClient.block;
import static dev.steelyard.dataplane.http2.FrameClient.encoded;
import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.dataplane.http2.FrameClient.Frame;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.snapshot.ListenerLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that make work for nothing are cut off; the others are served meanwhile, and honest use of the same frames is not counted. */
@Timeout(60)
class FloodTest {

    private static final byte[] EMPTY = {};
    private static RawServer server;
    private static Http2Fixture engine;

    @BeforeAll
    static void start() {
        server = RawServer.answering(Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok");
        engine = new Http2Fixture(server.address());
    }

    @AfterAll
    static void stop() {
        engine.close();
        server.close();
    }

    /** The octets of one round of a flood; rounds are numbered from 0. */
    private static Arguments flood(String name, IntFunction<byte[]> round) {
        return arguments(named(name, round));
    }

    private static byte[] both(byte[] first, byte[] second) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        joined.writeBytes(second);
        return joined.toByteArray();
    }

    private static byte[] get(int stream) {
        return encoded(HEADERS, 5, stream, block(request("GET", "/")));
    }

    static Stream<Arguments> areCutOff() {
        byte[] five = new byte[5];
        return Stream.of(
                flood("PING", _ -> encoded(PING, 0, 0, new byte[8])),
                flood("PING answers", _ -> encoded(PING, 1, 0, new byte[8])),
                flood("SETTINGS", _ -> encoded(SETTINGS, 0, 0, EMPTY)),
                flood("many settings", _ -> encoded(SETTINGS, 0, 0, new byte[600])),
                flood("SETTINGS acknowledgements", _ -> encoded(SETTINGS, 1, 0, EMPTY)),
                flood("PRIORITY", i -> encoded(PRIORITY, 0, 2 * i + 1, five)),
                flood("WINDOW_UPDATE", _ -> encoded(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 0, 1})),
                flood("unknown frames", _ -> encoded(99, 0, 0, EMPTY)),
                flood("GOAWAY", _ -> encoded(GOAWAY, 0, 0, new byte[8])),
                flood(
                        "empty DATA",
                        i -> i == 0 ? encoded(HEADERS, 4, 1, block(request("POST", "/"))) : encoded(DATA, 0, 1, EMPTY)),
                flood("DATA on a closed stream", i -> i == 0 ? get(1) : encoded(DATA, 0, 1, EMPTY)),
                flood(
                        "rapid reset",
                        i -> both(get(2 * i + 1), encoded(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}))),
                flood(
                        "streams that have to be reset",
                        i -> both(get(2 * i + 1), encoded(WINDOW_UPDATE, 0, 2 * i + 1, new byte[4]))),
                flood("malformed requests", i -> encoded(HEADERS, 5, 2 * i + 1, block(request("GET", "")))),
                flood(
                        "CONTINUATION",
                        i -> i == 0
                                ? encoded(HEADERS, 1, 1, block(request("GET", "/")))
                                : encoded(CONTINUATION, 0, 1, block("x", "y"))),
                flood(
                        "empty CONTINUATION",
                        i -> i == 0
                                ? encoded(HEADERS, 1, 1, block(request("GET", "/")))
                                : encoded(CONTINUATION, 0, 1, EMPTY)));
    }

    @ParameterizedTest
    @MethodSource
    void areCutOff(IntFunction<byte[]> round) throws Exception {
        try (FrameClient flood = engine.connect().start();
                FrameClient other = engine.connect().start()) {
            Thread flooding = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 1_000_000; i++) {
                        flood.octets(round.apply(i));
                    }
                } catch (IOException e) {
                    // Cut off.
                }
            });
            other.get(1, "/");
            assertThat(other.response(1).body()).isEqualTo("ok");
            @Nullable Frame end = flood.read();
            while (end != null && end.type() != GOAWAY) {
                end = flood.read();
            }
            if (end != null) {
                assertThat(end.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM.number());
            }
            flood.cut();
            flooding.join();
            other.get(3, "/");
            assertThat(other.response(3).body()).isEqualTo("ok");
        }
        await().until(() -> engine.endpoint.inFlight() == 0);
    }

    @Test
    void aHeaderBlockThatUnfoldsIsRefusedAndKeepsNothing() throws Exception {
        try (FrameClient client = engine.connect().start()) {
            ByteArrayOutputStream bomb = new ByteArrayOutputStream();
            bomb.writeBytes(block(request("GET", "/")));
            // One entry of 4,000 octets into the table, and then 8,000 times its index.
            bomb.write(0x40);
            bomb.writeBytes(java.util.Arrays.copyOfRange(block("x", "y".repeat(4_000)), 1, 4_005));
            for (int i = 0; i < 8_000; i++) {
                bomb.write(0xbe);
            }
            client.frame(HEADERS, 5, 1, bomb.toByteArray());
            assertThat(client.response(1).status()).isEqualTo(431);
            client.get(3, "/");
            assertThat(client.response(3).body()).isEqualTo("ok");
        }
    }

    @Test
    void asManyRequestsAsOneLikesThatAreServedAreNoFlood() throws Exception {
        try (FrameClient client = engine.connect().start()) {
            for (int stream = 1; stream < 2_400; stream += 2) {
                client.octets(both(get(stream), encoded(PING, 0, 0, new byte[8])));
                assertThat(client.response(stream).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        try (RawServer silent = new RawServer(wire -> {
                    wire.readRequest();
                    wire.read();
                });
                Http2Fixture waiting = new Http2Fixture(silent.address());
                FrameClient client = waiting.connect().start()) {
            for (int i = 0; i < 101; i++) {
                client.get(2 * i + 1, "/");
            }
            Frame refused = client.next(RST_STREAM);
            assertThat(refused.stream()).isEqualTo(201);
            assertThat(refused.code()).isEqualTo(ErrorCode.REFUSED_STREAM.number());
        }
    }

    @Test
    void aConnectionThatSaysNothingIsClosedAfterTheHeaderTimeout() throws Exception {
        try (Http2Fixture own = new Http2Fixture(server.address()).limits(shortHeaders());
                FrameClient silent = own.connect().octets("PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII));
                FrameClient unfinished = own.connect().start()) {
            unfinished.frame(HEADERS, END_STREAM, 1, block(request("GET", "/")));
            for (FrameClient client : List.of(silent, unfinished)) {
                while (client.read() != null) {}
            }
            await().until(() -> own.unrouted.flags.size() >= 2);
        }
    }

    private static ListenerLimits shortHeaders() {
        ListenerLimits limits = ListenerLimits.DEFAULT;
        return new ListenerLimits(
                limits.maxConnections(),
                limits.maxConnectionAge(),
                Duration.ofMillis(300),
                limits.keepAliveTimeout(),
                limits.maxHeaderBytes(),
                limits.maxRequests());
    }
}
