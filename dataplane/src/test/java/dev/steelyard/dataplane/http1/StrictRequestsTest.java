package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.testing.WireCase;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of malformed and ambiguous requests, through the engine: which answer they get, and what the endpoint sees of them. */
@Timeout(60)
class StrictRequestsTest {

    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 2");
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int RANDOM_CUTS = 4;

    private static final ByteArrayOutputStream SEEN = new ByteArrayOutputStream();
    private static final List<Wire.Message> REQUESTS = new CopyOnWriteArrayList<>();
    private static RawServer server;
    private static EngineFixture engine;

    @BeforeAll
    static void start() {
        server = new RawServer(wire -> {
            wire.copyTo(SEEN);
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                REQUESTS.add(request);
                wire.send(request.start().startsWith("HEAD ") ? OK : OK + "ok");
            }
        });
        engine = new EngineFixture(server.address()).anyHost();
    }

    @AfterAll
    static void stop() {
        engine.close();
        server.close();
    }

    static List<WireCase> table() {
        return WireCase.requests();
    }

    @ParameterizedTest
    @MethodSource("table")
    void asTheTableSays(WireCase row) throws Exception {
        String sent = row.is("ends") ? row.client() : row.client() + NEXT;
        String due = expanded(row.through()) + (row.open() ? next("/next") : "") + next("/after");
        send(row, sent, _ -> false);
        if (row.is("cut")) {
            assertThat(REQUESTS).as("complete requests").hasSize(1);
        } else {
            assertThat(seen()).isEqualTo(due);
            // Equal octets could be other requests.
            if (row.open()) {
                assertThat(REQUESTS.get(REQUESTS.size() - 2).start()).isEqualTo("GET /next HTTP/1.1");
            }
            assertThat(REQUESTS.getLast().start()).isEqualTo("GET /after HTTP/1.1");
        }
        List<Wire.Message> whole = List.copyOf(REQUESTS);
        send(row, sent, _ -> true);
        assertThat(REQUESTS).as("octet by octet").isEqualTo(whole);
        SplittableRandom random = new SplittableRandom(sent.hashCode());
        for (int i = 0; i < RANDOM_CUTS; i++) {
            Set<Integer> places = new HashSet<>();
            for (int cuts = random.nextInt(1, 4); cuts > 0; cuts--) {
                places.add(random.nextInt(1, sent.length()));
            }
            send(row, sent, places::contains);
            assertThat(REQUESTS).as("cut at %s", places).isEqualTo(whole);
        }
    }

    private static void send(WireCase row, String sent, IntPredicate cuts) throws Exception {
        synchronized (SEEN) {
            SEEN.reset();
        }
        REQUESTS.clear();
        engine.before(() -> new Pieces(cuts));
        try (Wire client = engine.connect()) {
            client.send(sent);
            if (row.is("ends")) {
                client.endOutput();
            }
            boolean toHead = row.client().startsWith("HEAD ");
            for (int answer : row.answers()) {
                Wire.Message response = client.readResponse(toHead);
                assertThat(response.status()).as(response.body()).isEqualTo(answer);
                assertThat("close".equals(response.field("Connection"))).isEqualTo(!row.open());
            }
            if (row.open()) {
                assertThat(client.readResponse().status()).as("the next").isEqualTo(200);
            } else {
                assertThat(client.read()).as("the end").isEqualTo(-1);
            }
        }
        // What had been sent to the endpoint before this has been seen when this is answered.
        engine.before(() -> new Pieces(_ -> false));
        try (Wire client = engine.connect()) {
            client.send("GET /after HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).as("after").isEqualTo(200);
        }
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> engine.inFlight() == 0);
    }

    private static String seen() {
        return SEEN.toString(StandardCharsets.ISO_8859_1);
    }

    private static String next(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + told("a") + "\r\n";
    }

    private static String expanded(String through) {
        String local = "127.0.0.1:" + engine.address().getPort();
        String text = through.replace("{told}", told("a")).replace("{local}", local);
        for (int at = text.indexOf("{told "); at >= 0; at = text.indexOf("{told ")) {
            int end = text.indexOf('}', at);
            text = text.substring(0, at) + told(text.substring(at + 6, end)) + text.substring(end + 1);
        }
        return text;
    }

    private static String told(String host) {
        boolean none = host.equals("-");
        return "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: "
                + engine.address().getPort() + "\r\n"
                + (none ? "" : "X-Forwarded-Host: " + host + "\r\n")
                + "Forwarded: for=127.0.0.1;proto=http"
                + (none ? "" : ";host=\"" + host + "\"") + "\r\n";
    }
}
