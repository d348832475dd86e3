package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.Python;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an HTTP/2 client gets that takes more than it may, while another one, on a connection of its own, is served. */
class Http2LimitsIT {
    private static final int PORT = Ports.free();
    private static EchoServer backend;
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() {
        backend = EchoServer.start("a", "127.0.0.1");
        ServedFolder folder = ServedFolder.create("http2-limits");
        folder.write("all.yaml", ServedFolder.pool("web", backend), """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: web}
                spec:
                  listeners: [{name: web, port: %d, protocol: HTTP}]
                  pool: web
                """.formatted(PORT));
        steelyard = SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
    }

    @AfterAll
    static void stop() {
        try {
            assertThat(steelyard.output()).doesNotContain("Exception");
            steelyard.showLeaks();
        } finally {
            steelyard.close();
            backend.close();
        }
    }

    private static List<String> whatComesOf(String attempt) {
        return Python.run(
                "clients/http2_limits.py", "127.0.0.1", Integer.toString(PORT), "limits.example.com", attempt);
    }

    /** They may be sent again, and the connection goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"before_settings", "despite_settings"})
    void streamsBeyondThoseAllowedAreRefused(String attempt) {
        assertThat(whatComesOf(attempt))
                .containsExactly("many 200 100 REFUSED_STREAM 50", "again 200 50", "one 200 1", "other 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"continuations", "rapid_reset", "pings", "settings"})
    void floodsEndTheConnection(String attempt) {
        assertThat(whatComesOf(attempt)).containsExactly("end ENHANCE_YOUR_CALM", "other 200");
    }
}
