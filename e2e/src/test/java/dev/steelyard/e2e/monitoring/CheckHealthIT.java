package dev.steelyard.e2e.monitoring;

import static dev.steelyard.e2e.program.SteelyardCommand.steelyard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code steelyard check-health}, as Nagios runs it. */
class CheckHealthIT {
    private static CommandResult check(SteelyardProcess run, String... options) {
        return steelyard(Stream.concat(
                        Stream.of("check-health", "--admin", run.adminUrl().substring("http://".length())),
                        Stream.of(options))
                .toArray(String[]::new));
    }

    private static void assertSays(CommandResult result, int exitCode, String text) {
        assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
        assertThat(result.out()).startsWith(text);
        assertThat(result.out().lines()).hasSize(1);
    }

    @Test
    void judgesWhatIsServed() {
        int port = Ports.free();
        ServedFolder folder = ServedFolder.create("check-health");
        try (EchoServer a = EchoServer.start("a", "127.0.0.1");
                EchoServer b = EchoServer.start("b", "127.0.0.1");
                EchoServer c = EchoServer.start("c", "127.0.0.1");
                EchoServer d = EchoServer.start("d", "127.0.0.1")) {
            folder.write(
                    "all.yaml",
                    checked("web", a, b, c),
                    checked("other", d),
                    service("shop", port, "web"),
                    service("more", Ports.free(), "other"));
            try (SteelyardProcess run =
                    SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ")) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> run.admin("/api/v1/pools").body().split("\"Up\"", -1).length == 5);
                CommandResult well = check(run);
                assertSays(well, 0, "STEELYARD OK - 2 virtual services, 4 of 4 endpoints up | ");
                // By the guidelines' form of figures: label=value;warning;critical;least;most
                assertThat(well.out())
                        .matches(".* \\| endpoints_down=0\\.0%;0;50;0;100 endpoints=4;;;0 pools_down=0;;0;0;2"
                                + " virtual_services=2;;;0 time=[0-9.]+s;;;0;10.0\n");

                assertSays(check(run, "--ready"), 0, "STEELYARD OK - ready | time=");

                a.stop();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> run.admin("/api/v1/pools").body().contains("\"Down\""));
                assertSays(
                        check(run),
                        1,
                        "STEELYARD WARNING - 1 of 4 endpoints are down | endpoints_down=25.0%;0;50;0;100 ");
                assertSays(check(run, "-w", "25"), 0, "STEELYARD OK - 2 virtual services, 3 of 4 endpoints up | ");
                assertSays(check(run, "-c", "20"), 2, "STEELYARD CRITICAL - 1 of 4 endpoints are down | ");
                assertSays(
                        check(run, "--pool", "default/other"),
                        0,
                        "STEELYARD OK - pool default/other, 1 of 1 endpoint up | ");
                assertSays(
                        check(run, "--virtual-service", "default/shop"),
                        1,
                        "STEELYARD WARNING - 1 of 3 endpoints are down | endpoints_down=33.3%;");

                d.stop();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> run.admin("/api/v1/pools").body().split("\"Down\"", -1).length == 3);
                assertSays(
                        check(run),
                        2,
                        "STEELYARD CRITICAL - pool default/other has no endpoint that takes work; 2 of 4 endpoints are down | ");
                assertSays(
                        check(run, "--pool", "default/nowhere"),
                        2,
                        "STEELYARD CRITICAL - pool default/nowhere is not served on this node | ");
                assertSays(
                        check(run, "--virtual-service", "default/nobody"),
                        2,
                        "STEELYARD CRITICAL - virtual service default/nobody is not served on this node | ");
            }
        }
    }

    @Test
    void aListenerThatIsNotBoundIsCritical() throws IOException {
        ServedFolder folder = ServedFolder.create("check-unbound");
        try (EchoServer a = EchoServer.start("a", "127.0.0.1");
                ServerSocket taken = new ServerSocket(0)) {
            folder.write(
                    "all.yaml",
                    ServedFolder.pool("web", a),
                    service("shop", Ports.free(), "web"),
                    service("lost", taken.getLocalPort(), "web"));
            try (SteelyardProcess run =
                    SteelyardProcess.standalone(folder.path()).start()) {
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> run.admin("/api/v1/virtualservices").body().contains("default/lost"));
                assertSays(check(run), 2, "STEELYARD CRITICAL - default/lost: listener web is not bound: ");
            }
        }
    }

    @Test
    void whatDoesNotAnswerIsCritical() throws IOException {
        assertSays(
                steelyard("check-health", "--admin", "127.0.0.1:" + Ports.free()),
                2,
                "STEELYARD CRITICAL - nothing listens on 127.0.0.1:");
        try (ServerSocket silent = new ServerSocket(0)) {
            assertSays(
                    steelyard("check-health", "--timeout", "1", "--admin", "127.0.0.1:" + silent.getLocalPort()),
                    2,
                    "STEELYARD CRITICAL - no answer from 127.0.0.1:" + silent.getLocalPort() + " within 1000 ms | ");
        }
    }

    @Test
    void wrongOptionsAreUnknown() {
        assertSays(
                steelyard("check-health", "-w", "many"),
                3,
                "STEELYARD UNKNOWN - Invalid value for option '--warning': must be a range");
        assertSays(steelyard("check-health", "--admin", "node"), 3, "STEELYARD UNKNOWN - --admin must be HOST:PORT");
        assertSays(
                steelyard("check-health", "--pool", "web"),
                3,
                "STEELYARD UNKNOWN - --pool must be NAMESPACE/NAME, such as shop/web, and is web\n");
        assertSays(steelyard("check-health", "--wrong"), 3, "STEELYARD UNKNOWN - Unknown option: '--wrong'");
        assertSays(
                steelyard("check-health", "--pool", "a/b", "--virtual-service", "a/b"),
                3,
                "STEELYARD UNKNOWN - --pool and --virtual-service");
    }

    static String checked(String name, EchoServer... backends) {
        return ServedFolder.pool(name, backends)
                .replace("}]}\n", "}], healthCheck: {type: HTTP, path: /, interval: 200ms, timeout: 200ms}}\n");
    }

    static String service(String name, int port, String pool) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  listeners: [{name: web, port: %d, protocol: HTTP}]
                  pool: %s
                ---
                """.formatted(name, port, pool);
    }
}
