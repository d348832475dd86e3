package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.testing.WireCase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of malformed and ambiguous responses, through the engine: what clients get of them, and whose connection goes on. */
@Timeout(60)
class StrictResponsesTest {

    private static final String REQUEST = Wire.head("GET / HTTP/1.1", "Host: a");
    private static final String ANSWER = Wire.head("HTTP/1.1 200 OK", "X-Next: 1", "Content-Length: 4") + "next";
    private static final int RANDOM_CUTS = 3;

    private static RawServer server;
    private static EngineFixture engine;
    private static volatile WireCase row = WireCase.responses().getFirst();
    private static volatile Set<Integer> cuts = Set.of();
    private static volatile int askedBy;
    private static volatile int nextAskedBy;

    @BeforeAll
    static void start() {
        server = new RawServer(StrictResponsesTest::serve);
        engine = new EngineFixture(server.address()).anyHost();
    }

    @AfterAll
    static void stop() {
        engine.close();
        server.close();
    }

    private static void serve(Wire wire) throws IOException {
        int connection = System.identityHashCode(wire);
        for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
            if (request.start().contains(" /next ")) {
                nextAskedBy = connection;
                wire.send(ANSWER);
                continue;
            }
            askedBy = connection;
            int from = 0;
            String text = row.endpoint();
            for (int cut : new TreeSet<>(cuts)) {
                wire.send(text.substring(from, cut));
                from = cut;
            }
            wire.send(text.substring(from));
            if (row.is("endpoint closes")) {
                return;
            }
        }
    }

    static List<WireCase> table() {
        return WireCase.responses();
    }

    @ParameterizedTest
    @MethodSource("table")
    void asTheTableSays(WireCase wanted) throws Exception {
        row = wanted;
        cuts = Set.of();
        String whole = exchange();
        if (!wanted.through().isEmpty()) {
            assertThat(whole).isEqualTo(wanted.through());
        }
        int length = wanted.endpoint().length();
        if (wanted.is("whole") || length < 2) {
            return;
        }
        SplittableRandom random = new SplittableRandom(wanted.hashCode());
        for (int i = 0; i < RANDOM_CUTS; i++) {
            Set<Integer> places = new HashSet<>();
            for (int count = random.nextInt(1, 4); count > 0; count--) {
                places.add(random.nextInt(1, length));
            }
            cuts = Collections.unmodifiableSet(places);
            exchange();
        }
        if (length < 500) {
            cuts = IntStream.range(1, length).boxed().collect(Collectors.toUnmodifiableSet());
            exchange();
        }
    }

    /** Asks once, and for the next on the same connection where it goes on; returns what came before that, octet by octet. */
    private static String exchange() throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        String request = row.client().isEmpty() ? REQUEST : row.client();
        boolean toHead = request.startsWith("HEAD ");
        String got;
        try (Wire client = engine.connect()) {
            client.copyTo(octets);
            client.send(request);
            if (row.after().equals("broken")) {
                assertBroken(client);
                got = "";
            } else {
                for (int answer : row.answers()) {
                    Wire.Message response = client.readResponse(toHead);
                    assertThat(response.status()).as(response.body()).isEqualTo(answer);
                }
                if (row.open()) {
                    got = octets.toString(StandardCharsets.ISO_8859_1);
                    client.send(Wire.head("GET /next HTTP/1.1", "Host: a"));
                    assertThat(client.readResponse().body()).as("the next").isEqualTo("next");
                } else {
                    assertThat(client.read()).as("the end").isEqualTo(-1);
                    got = octets.toString(StandardCharsets.ISO_8859_1);
                }
            }
        }
        if (!row.open()) {
            try (Wire client = engine.connect()) {
                client.send(Wire.head("GET /next HTTP/1.1", "Host: a"));
                assertThat(client.readResponse().body()).as("the next").isEqualTo("next");
            }
        }
        assertThat(nextAskedBy == askedBy)
                .as("the endpoint's connection is used again")
                .isEqualTo(row.is("endpoint kept"));
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> engine.inFlight() == 0);
        assertThat(server.faults()).isEmpty();
        return got;
    }

    /** The client can tell that what it got is not the whole. */
    private static void assertBroken(Wire client) {
        try {
            Wire.Message response = client.readResponse();
            throw new AssertionError("taken for whole: " + response);
        } catch (IOException cutShort) {
            assertThat(cutShort).isNotNull();
        }
    }
}
