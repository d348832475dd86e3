package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.FastCgi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A FastCGI program by hand: reads requests without mercy, writes records. */
final class FastCgiPeer {

    static final int END_REQUEST = 3;
    static final int STDIN = 5;
    static final int STDOUT = 6;
    static final int STDERR = 7;

    static final FastCgi SETTINGS = settings(true, 65_536);

    /** A request for a script. */
    static final String GET = Wire.head("GET /index.php HTTP/1.1", "Host: test.example");

    /** An output that becomes a response with the body {@code ok}. */
    static final String OK = "Content-Type: text/plain\r\n\r\nok";

    private final Wire wire;

    FastCgiPeer(Wire wire) {
        this.wire = wire;
    }

    static FastCgi settings(boolean keep, int buffered) {
        return new FastCgi("/srv/app", "index.php", List.of("/*.php"), "", new TreeMap<>(), keep, buffered);
    }

    /** An engine in front of such a program. */
    static EngineFixture engine(RawServer server) {
        return new EngineFixture(server.address()).fastCgi(SETTINGS);
    }

    /** Waits until no request is under way. */
    static void atRest(EngineFixture engine) {
        await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
    }

    /** A record as read, its octets as chars. */
    record Read(int type, String content) {}

    /** A request without its body. */
    record Begun(boolean keep, Map<String, String> params) {}

    /** Answers every request with this output. */
    static RawServer answering(String output) {
        return new RawServer(wire -> {
            FastCgiPeer peer = new FastCgiPeer(wire);
            while (peer.begin() != null) {
                peer.body();
                peer.answer(output);
            }
        });
    }

    Read read() throws IOException {
        byte[] header = wire.readExactly(8);
        assertThat(header[0]).isEqualTo((byte) 1);
        assertThat(number(header, 2)).isEqualTo(1);
        byte[] content = wire.readExactly(number(header, 4));
        wire.readExactly(header[6] & 0xff);
        return new Read(header[1], new String(content, StandardCharsets.ISO_8859_1));
    }

    private static int number(byte[] octets, int at) {
        return ((octets[at] & 0xff) << 8) + (octets[at + 1] & 0xff);
    }

    /** Up to the end of the parameters; null at the end of the connection. */
    @Nullable
    Begun begin() throws IOException {
        int first = wire.read();
        if (first < 0) {
            return null;
        }
        assertThat(first).isEqualTo(1);
        byte[] rest = wire.readExactly(15);
        assertThat(rest).startsWith(1, 0, 1, 0, 8, 0, 0, 0, 1).endsWith(0, 0, 0, 0, 0);
        Map<String, String> params = new HashMap<>();
        for (Read next = params(); !next.content().isEmpty(); next = params()) {
            pairs(next.content().getBytes(StandardCharsets.ISO_8859_1), params);
        }
        return new Begun(rest[9] == 1, params);
    }

    Begun mustBegin() throws IOException {
        return Objects.requireNonNull(begin());
    }

    private Read params() throws IOException {
        Read next = read();
        assertThat(next.type()).isEqualTo(4);
        return next;
    }

    private static void pairs(byte[] octets, Map<String, String> params) {
        int[] at = {0};
        while (at[0] < octets.length) {
            int name = length(octets, at);
            int value = length(octets, at);
            String key = new String(octets, at[0], name, StandardCharsets.ISO_8859_1);
            String text = new String(octets, at[0] + name, value, StandardCharsets.ISO_8859_1);
            assertThat(params.put(key, text)).as(key + " twice").isNull();
            at[0] += name + value;
        }
    }

    private static int length(byte[] octets, int[] at) {
        int first = octets[at[0]++] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int length = first & 0x7f;
        for (int i = 0; i < 3; i++) {
            length = (length << 8) + (octets[at[0]++] & 0xff);
        }
        return length;
    }

    /** The request's body, to its end. */
    String body() throws IOException {
        StringBuilder body = new StringBuilder();
        for (Read next = input(); !next.content().isEmpty(); next = input()) {
            body.append(next.content());
        }
        return body.toString();
    }

    Read input() throws IOException {
        Read next = read();
        assertThat(next.type()).isEqualTo(STDIN);
        return next;
    }

    void answer(String output) throws IOException {
        write(STDOUT, output);
        end(0, 0);
    }

    void write(int type, String content) throws IOException {
        wire.send(record(1, type, 1, content, 0));
    }

    void end(int appStatus, int protocolStatus) throws IOException {
        wire.send(record(1, END_REQUEST, 1, end(protocolStatus, (char) appStatus), 0));
    }

    static String end(int protocolStatus, char appStatus) {
        return "\0\0\0" + appStatus + (char) protocolStatus + "\0\0\0";
    }

    /** A record's octets, as chars. */
    static String record(int version, int type, int request, String content, int padding) {
        return new StringBuilder()
                .append((char) version)
                .append((char) type)
                .append((char) (request >> 8))
                .append((char) (request & 0xff))
                .append((char) (content.length() >> 8))
                .append((char) (content.length() & 0xff))
                .append((char) padding)
                .append('\0')
                .append(content)
                .repeat('x', padding)
                .toString();
    }
}
