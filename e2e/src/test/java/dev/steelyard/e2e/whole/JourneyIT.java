package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From {@code kubectl apply} to balanced traffic and a status that tells of it, and back to nothing. */
class JourneyIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void whatIsAppliedIsServedShownFollowedAndTakenAway() {
        try (Tenant tenant = installed.tenant("journey");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b");
                EchoServer c = Installed.backend("c")) {
            tenant.apply(all("shop", 8001, "shop.example.com", a, b));
            tenant.awaitAnswers(8001, "shop.example.com", a, b);
            assertThat(node.get(8001, "other.example.com", "/").status()).isEqualTo(404);

            tenant.awaitProgrammed("shop");
            // Available and Events may be written after Programmed.
            eventually()
                    .untilAsserted(() -> assertThat(columns(tenant.kubectl().get("get", "svs")))
                            .startsWith("NAME ADDRESSES PORTS ENDPOINTS NODES READY AGE")
                            .contains("shop " + node.address() + " 8001 2/2 1/1 True "));
            eventually()
                    .untilAsserted(() -> assertThat(columns(tenant.kubectl().get("describe", "virtualservice", "shop")))
                            .contains("Message: 1/1 nodes serve generation 1")
                            .contains("Message: the spec is valid")
                            .contains("Message: all references are resolved")
                            .contains("Programmed Generation: 1")
                            .contains("Bound Nodes: 1")
                            .contains("Normal Programmed"));

            tenant.apply(service("other"), endpoints("other", c), pool("other", "other"));
            tenant.apply(virtualService("shop", 8001, "shop.example.com", "other"));
            tenant.awaitAnswers(8001, "shop.example.com", c);
            tenant.awaitProgrammed("shop");
            assertThat(tenant.status("shop").programmedGeneration()).isEqualTo(2);

            tenant.kubectl().get("delete", "svs", "shop");
            eventually().until(() -> !node.listens(8001));
            eventually()
                    .untilAsserted(() -> assertThat(installed
                                    .cluster()
                                    .kubectl()
                                    .get(
                                            "get",
                                            "secrets",
                                            "--namespace=steelyard-snapshots",
                                            "-o",
                                            "jsonpath={.items[*].metadata.annotations}"))
                            .doesNotContain(tenant.namespace() + "/shop"));
        }
    }

    @Test
    void tcpIsRelayed() {
        try (Tenant tenant = installed.tenant("tcp");
                NginxServer nginx = NginxServer.start("n", LocalAddresses.nextV4())) {
            tenant.apply("""
                    apiVersion: steelyard.dev/v1alpha1
                    kind: Pool
                    metadata: {name: relay}
                    spec:
                      protocol: TCP
                      algorithm: LeastConnections
                      members: [{address: %s, port: %d}]
                      healthCheck: {type: TCP, interval: 1s, timeout: 500ms}
                    ---
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: relay}
                    spec:
                      listeners: [{name: tcp, port: 8002, protocol: TCP}]
                      pool: relay
                    """.formatted(nginx.host(), nginx.port()));
            tenant.awaitProgrammed("relay");
            Target target = node.target(8002, "any.example.com", "/").expectingOneOf("n");
            eventually().until(() -> Node.get(target).status() == 200);
            Load.requests(target, 20).requireNoFailures(20);
            tenant.awaitCondition("relay", "Available", "TRUE");
        }
    }

    @Test
    void httpsShowsTheCertificateOfTheNameThatIsAskedFor() {
        TestCertificates certificates = new TestCertificates(SourceTree.newFolder("journey-tls"));
        try (Tenant tenant = installed.tenant("https");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            secure(tenant, certificates, "one", a);
            secure(tenant, certificates, "two", b);
            tenant.awaitProgrammed("one");
            tenant.awaitProgrammed("two");
            for (List<String> pair : List.of(List.of("one", "a"), List.of("two", "b"))) {
                // The client checks that the certificate is of that name.
                Target target = node.target(8003, pair.getFirst() + ".example.com", "/")
                        .over(certificates.trust())
                        .expectingOneOf(pair.getLast());
                Load.requests(target, 20).requireNoFailures(20);
            }
        }
    }

    private static void secure(Tenant tenant, TestCertificates certificates, String name, EchoServer backend) {
        certificates.issue(name, "/CN=" + name, List.of("DNS:" + name + ".example.com"));
        tenant.kubectl()
                .get(
                        "create",
                        "secret",
                        "tls",
                        name,
                        "--cert=" + certificates.certificate(name),
                        "--key=" + certificates.key(name));
        tenant.apply(service(name), endpoints(name, backend), pool(name, name), """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %1$s}
                spec:
                  listeners:
                  - name: secure
                    port: 8003
                    protocol: HTTPS
                    tls: {certificates: [{secretName: %1$s}], http2: false}
                  hosts: [%1$s.example.com]
                  pool: %1$s
                """.formatted(name));
    }

    private static String columns(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
