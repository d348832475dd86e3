package dev.steelyard.dataplane.http1;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Filters.Field;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.PathMatch;
import dev.steelyard.snapshot.Route.Timeouts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each line of {@code urls.tsv}, sent by a real client through the engine to a real server. */
@Timeout(30)
class UrlsTest {

    private static final Wire.Message NOTHING = new Wire.Message("GET - HTTP/1.1", List.of(), "", List.of());
    private static final AtomicReference<Wire.Message> SEEN = new AtomicReference<>(NOTHING);
    private static final String OK = Wire.head("HTTP/1.1 200 OK", "Content-Length: 0");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RawServer server;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EngineFixture engine;

    @BeforeAll
    static void start() {
        server = new RawServer(wire -> {
            for (Wire.Message request = wire.readRequest(); request != null; request = wire.readRequest()) {
                SEEN.set(request);
                wire.send(OK);
            }
        });
        engine = new EngineFixture(server.address())
                .route(named(PathMatch.Type.PREFIX, "/admin"))
                .route(named(PathMatch.Type.EXACT, "/exact"))
                .route(named(PathMatch.Type.PREFIX, "/"));
    }

    @AfterAll
    static void stop() {
        engine.close();
        server.close();
    }

    /** A route whose responses name it. */
    private static Route named(PathMatch.Type type, String path) {
        Filters filters = new Filters(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(FilterCases.changes(List.of(), List.of(new Field("X-Route", path)), List.of())),
                Optional.empty());
        return new Route(
                path,
                new PathMatch(type, path),
                List.of(),
                List.of(),
                Timeouts.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(filters));
    }

    static List<String> lines() throws IOException {
        try (BufferedReader table = new BufferedReader(new InputStreamReader(
                requireNonNull(UrlsTest.class.getResourceAsStream("/urls.tsv")), StandardCharsets.UTF_8))) {
            return table.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void isReadAsTheTableSays(String line) throws Exception {
        String[] columns = line.split("\t", -1);
        SEEN.set(NOTHING);
        try (Wire client = engine.connect()) {
            String text = "GET " + columns[0] + " HTTP/1.1\r\nHost: " + columns[1] + "\r\nConnection: close\r\n\r\n";
            client.send(text.getBytes(StandardCharsets.UTF_8));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(Integer.parseInt(columns[2]));
            assertThat(response.field("X-Route")).isEqualTo(columns[3].equals("-") ? null : columns[3]);
        }
        Wire.Message seen = SEEN.get();
        assertThat(seen.start().split(" ", -1)[1]).isEqualTo(columns[4]);
    }
}
