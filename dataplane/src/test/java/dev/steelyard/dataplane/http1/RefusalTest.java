package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.TlsPlan;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.Route.PathMatch;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What never reaches an endpoint. */
@Timeout(30)
class RefusalTest {

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2") + "ok";
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: test.example\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: test.example\r\n";

    /** Requests by which one parser is made to see a second request where another sees a body. */
    static Stream<String> smuggling() {
        return Stream.of(
                POST + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + SMUGGLED,
                POST + "Content-Length: 0\r\nContent-Length: 60\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 0, 60\r\n\r\n" + SMUGGLED,
                POST + "Content-Length: 0\r\n Content-Length: 60\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: xchunked\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
                POST + "Host: other.example\r\n\r\n" + SMUGGLED,
                "POST / HTTP/1.0\r\nHost: test.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED);
    }

    @ParameterizedTest
    @MethodSource("smuggling")
    void ambiguousFramingIsRefusedAndTheConnectionClosed(String text) throws Exception {
        AtomicInteger requests = new AtomicInteger();
        try (RawServer server = new RawServer(wire -> {
                    while (wire.readRequest() != null) {
                        requests.incrementAndGet();
                        wire.send(OK);
                    }
                });
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(text);
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isIn(400, 501);
            assertThat(response.field("Connection")).isEqualTo("close");
            assertThat(client.read()).isEqualTo(-1);
            assertThat(requests).hasValue(0);
            assertThat(engine.unrouted.flags).containsExactly(ResponseFlag.BAD_REQUEST);
            assertThat(engine.unrouted.statuses).containsExactly(response.status());
        }
    }

    @ParameterizedTest
    @CsvSource({"'5\nhello\r\n0\r\n\r\n'", "'g\r\n'", "'5\r\nhelloX'", "'-1\r\n'", "'fffffffffffffffff\r\n'"})
    void aBadChunkEndsTheExchange(String chunks) throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(POST + "Transfer-Encoding: chunked\r\n\r\n" + chunks);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(client.read()).isEqualTo(-1);
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.BAD_REQUEST);
        }
    }

    @Test
    void unknownHostsAndPathsAre404AndTheConnectionGoesOn() throws Exception {
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address());
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: other.example"));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(404);
            assertThat(response.field("Content-Type")).startsWith("text/plain");
            assertThat(response.body()).isEqualTo("404 Not Found: no route matches this request\n");
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: other.example"));
            assertThat(client.readResponse(true).status()).isEqualTo(404);
            client.send(Wire.head("GET / HTTP/1.1", "Host: TEST.example.:99"));
            assertThat(client.readResponse().body()).isEqualTo("ok");
            assertThat(engine.unrouted.flags).containsExactly(ResponseFlag.NO_ROUTE, ResponseFlag.NO_ROUTE);
        }
    }

    @Test
    void aPathWhoseReadingsHaveDifferentRoutesIsRefused() throws Exception {
        CountingMeters admin = new CountingMeters();
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address())
                        .route(new PathMatch(PathMatch.Type.PREFIX, "/admin"), admin);
                Wire client = engine.connect()) {
            for (String path : new String[] {"/admin%2fx", "//admin", "/admin;a=b/x", "/%61dmin%5cx"}) {
                client.send(Wire.head("GET " + path + " HTTP/1.1", "Host: test.example"));
                assertThat(client.readResponse().status()).as(path).isEqualTo(400);
            }
            for (String path : new String[] {"/group%2Fproject", "/a//b", "/admin/x%2fy", "/public/../admin/x"}) {
                client.send(Wire.head("GET " + path + " HTTP/1.1", "Host: test.example"));
                assertThat(client.readResponse().status()).as(path).isEqualTo(200);
            }
            await().untilAsserted(() -> assertThat(admin.statuses).containsExactly(200, 200));
        }
    }

    @Test
    void aHostOfAnotherCertificateIs421() throws Exception {
        TlsPlan plan = new TlsPlan() {
            @Override
            public SslContext contextFor(String serverName) {
                throw new IllegalStateException("no handshake here");
            }

            @Override
            public boolean covers(String serverName, String host) {
                return false;
            }
        };
        try (RawServer server = RawServer.answering(OK);
                EngineFixture engine = new EngineFixture(server.address()).tls(plan);
                Wire client = engine.connect()) {
            client.send(Wire.head("GET / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse().status()).isEqualTo(421);
        }
    }
}
