package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A certificate that is renewed costs nobody anything: new handshakes show the new one, connections that are there go on. */
class CertificateRotationIT {
    private static final String HOST = "rotated.example.com";
    private static final int PORT = 8131;
    private static final int ROTATIONS = 5;

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();
    private final TestCertificates certificates = new TestCertificates(SourceTree.newFolder("rotation"));

    @Test
    void rotationsUnderLoadFailNoRequest() throws IOException {
        try (Tenant tenant = installed.tenant("rotation");
                EchoServer a = Installed.backend("a")) {
            rotate(tenant, 0);
            tenant.apply(service("web"), endpoints("web", a), pool("web", "web"), """
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: rotated}
                    spec:
                      listeners:
                      - {name: secure, port: %d, protocol: HTTPS, tls: {certificates: [{secretName: web}], http2: true}}
                      hosts: [%s]
                      pool: web
                    """.formatted(PORT, HOST));
            tenant.awaitProgrammed("rotated");
            Target target =
                    node.target(PORT, HOST, "/").over(certificates.trust()).expectingOneOf("a");
            eventually().until(() -> Node.get(target).status() == 200);
            try (Load load = Load.on(target)
                            .keeping(3)
                            .fresh(3)
                            .pause(Duration.ofMillis(5))
                            .start();
                    ServerProcess http2 = http2Load();
                    ClientConnection old = new ClientConnection(target, 10_000)) {
                for (int i = 1; i <= ROTATIONS; i++) {
                    assertThat(old.get(HOST, "/").status()).isEqualTo(200);
                    rotate(tenant, i);
                    String wanted = "subject=CN = rotation-" + i;
                    eventually().untilAsserted(() -> assertThat(shown()).isEqualTo(wanted));
                    long before = load.answered();
                    eventually().until(() -> load.answered() > before + 50);
                }
                assertThat(old.get(HOST, "/").text()).isEqualTo("a\n");
                assertThat(old.isReusable()).isTrue();
                LoadReport report = load.stop().requireNoFailures(50L * ROTATIONS);
                // Its four connections are those of the beginning.
                assertThat(http2.awaitEnd(Duration.ofSeconds(60))).isZero();
                assertThat(http2.output())
                        .contains("0 failed, 0 errored, 0 timeout", "0 3xx, 0 4xx, 0 5xx")
                        .doesNotContain(" 0 2xx");
                System.out.printf("e2e: %d certificates under load: %s%n", ROTATIONS, report);
            }
        }
    }

    /** Four connections for about as long as the rotations take. */
    private ServerProcess http2Load() {
        return ServerProcess.start(
                "h2load",
                SourceTree.newFolder("h2load").resolve("log"),
                Map.of(),
                List.of(
                        "h2load",
                        "-D",
                        "15s",
                        "-c",
                        "4",
                        "-m",
                        "5",
                        "--rps",
                        "50",
                        "--connect-to=" + node.address() + ":" + PORT,
                        "https://" + HOST + ":" + PORT + "/"));
    }

    private void rotate(Tenant tenant, int number) throws IOException {
        String name = "rotation-" + number;
        certificates.issue(name, "/CN=" + name, List.of("DNS:" + HOST));
        tenant.apply(certificates.secret("web", name));
    }

    private String shown() {
        return Commands.run(
                        "sh",
                        "-c",
                        "openssl s_client -connect \"$0\" -servername \"$1\" < /dev/null 2> /dev/null"
                                + " | openssl x509 -noout -subject",
                        node.address() + ":" + PORT,
                        HOST)
                .requireSuccess()
                .strip();
    }
}
