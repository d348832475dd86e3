package dev.steelyard.dataplane.http1;

import static dev.steelyard.dataplane.http1.FastCgiPeer.END_REQUEST;
import static dev.steelyard.dataplane.http1.FastCgiPeer.GET;
import static dev.steelyard.dataplane.http1.FastCgiPeer.OK;
import static dev.steelyard.dataplane.http1.FastCgiPeer.SETTINGS;
import static dev.steelyard.dataplane.http1.FastCgiPeer.STDERR;
import static dev.steelyard.dataplane.http1.FastCgiPeer.STDOUT;
import static dev.steelyard.dataplane.http1.FastCgiPeer.atRest;
import static dev.steelyard.dataplane.http1.FastCgiPeer.end;
import static dev.steelyard.dataplane.http1.FastCgiPeer.engine;
import static dev.steelyard.dataplane.http1.FastCgiPeer.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import java.io.EOFException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What FastCGI programs say byte for byte, and what clients get of it. */
@Timeout(60)
class FastCgiResponsesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type: a/b\\r\\n\\r\\nhello | 200 | hello",
                "Content-Type: a/b\\n\\nhello | 200 | hello",
                "X-A: 1\\r\\nStatus: 404 Gone Fishing\\r\\n\\r\\nhello | 404 | hello",
                "status:403\\nX-A: 1\\n\\nhello | 403 | hello",
                "Location: /there\\r\\n\\r\\n | 302 | ''",
                "Location: /there\\r\\nStatus: 301\\r\\n\\r\\n | 301 | ''",
                "Content-Type: a/b\\r\\nContent-Length: 3\\r\\n\\r\\nhello | 200 | hel",
                "Content-Type: a/b\\r\\nTransfer-Encoding: chunked\\r\\nConnection: close\\r\\n\\r\\nhello | 200 | hello",
                "Status: 304\\r\\n\\r\\nhello | 304 | ''",
            })
    void anOutputIsAResponse(String output, int status, String body) throws Exception {
        try (RawServer server =
                        FastCgiPeer.answering(output.replace("\\r", "\r").replace("\\n", "\n"));
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(GET);
                Wire.Message answer = client.readResponse();
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.body()).isEqualTo(body);
                assertThat(answer.field("Status")).isNull();
                // What comes behind a length that is reached is still to be read.
                atRest(engine);
            }
            assertThat(server.connections()).isEqualTo(1);
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws Exception {
        try (RawServer server = FastCgiPeer.answering("Content-Type: a/b\r\nContent-Length: 5\r\n\r\nhello");
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: test.example"));
            assertThat(client.readResponse(true).field("Content-Length")).isEqualTo("5");
            client.send(GET);
            assertThat(client.readResponse().body()).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no fields",
                "\r\n\r\nhello",
                "Status: abc\r\n\r\n",
                "Status: 100\r\n\r\n",
                "Status: 200\r\nStatus: 200\r\n\r\n",
                "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "Content-Type: a/b\r\n folded\r\n\r\n",
                "Content-Type : a/b\r\n\r\n",
                "X: a\0b\r\n\r\n",
            })
    void anOutputThatIsNoResponseIs502(String output) throws Exception {
        malformed(record(1, STDOUT, 1, output, 0) + record(1, END_REQUEST, 1, end(0, '\0'), 0));
    }

    @Test
    void recordsThatAreNoneAre502() throws Exception {
        String end = record(1, END_REQUEST, 1, end(0, '\0'), 0);
        malformed("HTTP/1.1 200 OK\r\n\r\n");
        malformed(record(2, STDOUT, 1, OK, 0) + end);
        malformed(record(1, STDOUT, 2, OK, 0) + end);
        malformed(record(1, 4, 1, OK, 0) + end);
        malformed(record(1, END_REQUEST, 1, "\0\0\0\0\0\0\0", 0));
        malformed(record(1, END_REQUEST, 1, end(3, '\0'), 0));
        malformed(record(1, STDOUT, 1, "", 0) + record(1, STDOUT, 1, OK, 0) + end);
        malformed(
                record(1, STDOUT, 1, "X-Long: " + "x".repeat(65_000), 0) + record(1, STDOUT, 1, "x".repeat(1_000), 0));
        malformed(end);
    }

    private static void malformed(String octets) throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    wire.send(octets);
                    wire.read();
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);
            atRest(engine);
        }
    }

    @Test
    void paddingStandardErrorAndManagementArePassedOver() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    while (peer.begin() != null) {
                        peer.body();
                        wire.send(record(1, 10, 0, "whatever", 3)
                                + record(1, STDERR, 1, "PHP Warning: oops", 7)
                                + record(1, STDOUT, 1, "Content-Type: a/b\r", 255)
                                + record(1, STDOUT, 1, "\n\r\nhel", 1)
                                + record(1, STDERR, 1, "", 0)
                                + record(1, STDOUT, 1, "lo", 2)
                                + record(1, STDOUT, 1, "", 0)
                                + record(1, END_REQUEST, 1, end(0, '\7'), 200));
                    }
                });
                EngineFixture engine = engine(server)) {
            engine.before(() -> new Pieces(at -> at % 7 == 0));
            try (Wire client = engine.connect()) {
                for (int i = 0; i < 3; i++) {
                    client.send(GET);
                    assertThat(client.readResponse().body()).isEqualTo("hello");
                }
                assertThat(server.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void anOverloadedProgramIsFollowedByAnother() throws Exception {
        try (RawServer busy = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.end(0, 2);
                    wire.read();
                });
                RawServer free = FastCgiPeer.answering(OK);
                EngineFixture engine = new EngineFixture(busy.address(), free.address()).fastCgi(SETTINGS);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(engine.meters.retries).hasValue(1);
            atRest(engine);
        }
    }

    @Test
    void aProgramThatEndsBeforeItsAnswerIs502() throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    new FastCgiPeer(wire).begin();
                    wire.send(record(1, STDOUT, 1, "Content-Type: a/b\r\n", 0));
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(502);
            assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET);
            atRest(engine);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 9", "X-A: 1"})
    void anAnswerCutShortIsCutShortForTheClientToo(String field) throws Exception {
        try (RawServer server = new RawServer(wire -> {
                    FastCgiPeer peer = new FastCgiPeer(wire);
                    peer.begin();
                    peer.body();
                    peer.write(STDOUT, field + "\r\n\r\npart");
                    if (field.startsWith("C")) {
                        peer.end(0, 0);
                        wire.read();
                    }
                });
                EngineFixture engine = engine(server);
                Wire client = engine.connect()) {
            client.send(GET);
            assertThatThrownBy(client::readResponse).isInstanceOf(EOFException.class);
            await().untilAsserted(() -> assertThat(engine.meters.flags).containsExactly(ResponseFlag.UPSTREAM_RESET));
            atRest(engine);
        }
    }
}
