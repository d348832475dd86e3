package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
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
import org.junit.jupiter.api.Test;

/** A bad object hurts only itself, and what was good of it stays. */
class InvalidObjectIT {
    private static final String UNSUPPORTED = "virtualAddresses: [vip]";

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void whatTheSchemaRefusesNeverGetsInAndItsNeighboursDoNotNotice() {
        try (Tenant tenant = installed.tenant("schema");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(all("good", 8049, "good.example.com", a));
            tenant.awaitAnswers(8049, "good.example.com", a);
            try (Load load = Load.on(node.target(8049, "good.example.com", "/").expectingOneOf("a"))
                    .start()) {
                String bad = virtualService("bad", 8050, "bad.example.com", "good");
                var refused = tenant.kubectl().apply(bad.replace("port: 8050", "port: 0"));
                assertThat(refused.succeeded()).isFalse();
                assertThat(refused.err()).contains("spec.listeners[0].port");

                // In one file with a good object: that one gets in.
                var half = tenant.kubectl()
                        .apply(virtualService("late", 8049, "late.example.com", "good")
                                + bad.replace("protocol: HTTP", "protocol: FTP"));
                assertThat(half.succeeded()).isFalse();
                assertThat(half.err()).contains("spec.listeners[0].protocol");
                tenant.awaitAnswers(8049, "late.example.com", a);
                assertThat(tenant.kubectl().get("get", "svs", "--output=name"))
                        .contains("/good", "/late")
                        .doesNotContain("/bad");
                assertThat(node.listens(8050)).isFalse();

                // Nor does a bad edit touch what is in force.
                var edited = tenant.kubectl().apply(virtualService("good", 0, "good.example.com", "good"));
                assertThat(edited.succeeded()).isFalse();
                long answered = load.answered();
                eventually().until(() -> load.answered() > answered + 100);
                load.stop().requireNoFailures(100);
            }
        }
    }

    @Test
    void oneThatWasNeverGoodServesNothingAndItsNeighboursDoNotNotice() {
        try (Tenant tenant = installed.tenant("bad");
                EchoServer a = Installed.backend("a")) {
            tenant.apply(all("good", 8051, "good.example.com", a));
            tenant.awaitAnswers(8051, "good.example.com", a);
            try (Load load = Load.on(node.target(8051, "good.example.com", "/").expectingOneOf("a"))
                    .start()) {
                tenant.apply(virtualService("bad", 8052, "bad.example.com", "good", UNSUPPORTED));
                assertThat(tenant.awaitCondition("bad", "Accepted", "FALSE NotSupported"))
                        .contains("spec.virtualAddresses: not supported by this release")
                        .contains("Nothing is in force");
                assertThat(tenant.condition("bad", "Programmed")).contains("nothing is served");
                assertThat(node.listens(8052)).isFalse();
                assertThat(tenant.kubectl().get("describe", "svs", "bad")).contains("spec.virtualAddresses");

                tenant.apply(virtualService("bad", 8052, "bad.example.com", "good"));
                tenant.awaitAnswers(8052, "bad.example.com", a);
                load.stop().requireNoFailures(100);
            }
        }
    }

    @Test
    void aGoodSpecStaysInForceWithRenewedCertificatesAcrossARestartOfTheOperator() {
        TestCertificates before = new TestCertificates(SourceTree.newFolder("before"));
        TestCertificates after = new TestCertificates(SourceTree.newFolder("after"));
        try (Tenant tenant = installed.tenant("lastgood");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            certificate(tenant, before);
            tenant.apply(service("kept"), endpoints("kept", a), pool("kept", "kept"), secure(""));
            tenant.awaitProgrammed("kept");
            Target target = node.target(8053, "kept.example.com", "/").expectingOneOf("a");
            Load.requests(target.over(before.trust()), 10).requireNoFailures(10);

            tenant.apply(secure(UNSUPPORTED));
            assertThat(tenant.awaitCondition("kept", "Accepted", "FALSE NotSupported"))
                    .contains("Generation 1 stays in force");
            assertThat(tenant.condition("kept", "Programmed"))
                    .contains("1/1 nodes serve generation 1 while generation 2 is refused");
            Load.requests(target.over(before.trust()), 10).requireNoFailures(10);

            installed.operator().kill();
            tenant.kubectl().get("delete", "secret", "kept");
            certificate(tenant, after);
            installed.operator().restart().awaitReady();
            eventually()
                    .untilAsserted(
                            () -> Load.requests(target.over(after.trust()), 1).requireNoFailures(1));
            assertThat(tenant.condition("kept", "Accepted")).contains("Generation 1 stays in force");
            tenant.apply(endpoints("kept", b));
            eventually()
                    .untilAsserted(
                            () -> Load.requests(target.expectingOneOf("b").over(after.trust()), 1)
                                    .requireNoFailures(1));

            tenant.apply(secure(""));
            tenant.awaitProgrammed("kept");
        }
    }

    private static void certificate(Tenant tenant, TestCertificates certificates) {
        certificates.issue("kept", "/CN=kept", java.util.List.of("DNS:kept.example.com"));
        tenant.kubectl()
                .get(
                        "create",
                        "secret",
                        "tls",
                        "kept",
                        "--cert=" + certificates.certificate("kept"),
                        "--key=" + certificates.key("kept"));
    }

    private static String secure(String more) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: kept}
                spec:
                  listeners:
                  - name: secure
                    port: 8053
                    protocol: HTTPS
                    tls: {certificates: [{secretName: kept}], http2: false}
                  hosts: [kept.example.com]
                  pool: kept
                  %s
                """.formatted(more);
    }
}
