package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is referred to and is not there is named where users look, and found as soon as it is there. */
class MissingReferenceIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void aPoolThenItsServiceThenItsEndpoints() {
        int port = 8061;
        String host = "missing.example.com";
        try (Tenant tenant = installed.tenant("missing");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(virtualService("missing", port, host, "later"));
            assertThat(tenant.awaitCondition("missing", "ResolvedRefs", "FALSE RefNotFound"))
                    .contains("spec.pool: Pool later does not exist in namespace " + tenant.namespace());
            eventually().until(() -> node.get(port, host, "/").status() == 503);

            tenant.apply(pool("later", "later"));
            assertThat(tenant.awaitPoolCondition("later", "ResolvedRefs", "FALSE RefNotFound"))
                    .contains("spec.members[0].service.name: Service later does not exist in namespace "
                            + tenant.namespace());
            tenant.awaitCondition("missing", "ResolvedRefs", "TRUE");
            tenant.awaitCondition("missing", "Available", "FALSE NoEndpoints");
            assertThat(node.get(port, host, "/").status()).isEqualTo(503);

            tenant.apply(service("later"));
            tenant.awaitPoolCondition("later", "ResolvedRefs", "TRUE");
            tenant.apply(endpoints("later", a));
            tenant.awaitAnswers(port, host, a);
            tenant.awaitCondition("missing", "Available", "TRUE");
        }
    }

    @Test
    void aSecretThatIsMissingThenHasTheWrongKeyThenTheRightOne() {
        int port = 8062;
        TestCertificates certificates = new TestCertificates(SourceTree.newFolder("missing-tls"));
        certificates.issue("right", "/CN=right", List.of("DNS:secret.example.com"));
        certificates.issue("other", "/CN=other", List.of("DNS:secret.example.com"));
        try (Tenant tenant = installed.tenant("secret");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(service("secret"), endpoints("secret", a), pool("secret", "secret"), """
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: secret}
                    spec:
                      listeners:
                      - {name: plain, port: 8063, protocol: HTTP}
                      - name: secure
                        port: 8062
                        protocol: HTTPS
                        tls: {certificates: [{secretName: later}], http2: false}
                      hosts: [secret.example.com]
                      pool: secret
                    """);
            assertThat(tenant.awaitCondition("secret", "ResolvedRefs", "FALSE RefNotFound"))
                    .contains("spec.listeners[1].tls.certificates[0].secretName: there is no Secret later");
            tenant.awaitAnswers(8063, "secret.example.com", a);
            assertThat(node.listens(port)).isFalse();

            // kubectl itself refuses to make a Secret of a pair that does not match.
            tenant.kubectl()
                    .get(
                            "create",
                            "secret",
                            "generic",
                            "later",
                            "--type=kubernetes.io/tls",
                            "--from-file=tls.crt=" + certificates.certificate("right"),
                            "--from-file=tls.key=" + certificates.key("other"));
            assertThat(tenant.awaitCondition("secret", "ResolvedRefs", "FALSE InvalidCertificate"))
                    .contains("spec.listeners[1].tls.certificates[0].secretName")
                    .contains("later");
            assertThat(node.listens(port)).isFalse();

            tenant.kubectl().get("delete", "secret", "later");
            tenant.kubectl()
                    .get(
                            "create",
                            "secret",
                            "tls",
                            "later",
                            "--cert=" + certificates.certificate("right"),
                            "--key=" + certificates.key("right"));
            tenant.awaitCondition("secret", "ResolvedRefs", "TRUE");
            tenant.awaitProgrammed("secret");
            Target target = node.target(port, "secret.example.com", "/")
                    .over(certificates.trust())
                    .expectingOneOf("a");
            eventually().untilAsserted(() -> Load.requests(target, 1).requireNoFailures(1));
        }
    }
}
