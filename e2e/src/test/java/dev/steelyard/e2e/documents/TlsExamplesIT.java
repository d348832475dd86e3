package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Manifests;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.Commands;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples about TLS, with real handshakes. */
class TlsExamplesIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void httpsWithTwoCertificates() {
        try (Tenant tenant = installed.tenant("https-sni");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("https-sni", tenant, node);
            readme.next("kubectl apply", "secret/shop-tls", "secret/api-tls");
            tenant.apply(endpoints("shop", a));
            readme.next("curl", "a");
            readme.end();
            for (String name : List.of("shop.example.com", "api.shop.example.com")) {
                assertThat(subjectShownTo(name)).isEqualTo("subject=CN = " + name);
            }
        }
    }

    @Test
    void clientsShowCertificates() {
        try (Tenant tenant = installed.tenant("client-certificates");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("client-certificates", tenant, node);
            readme.next("kubectl apply", "secret/clients-ca", "virtualservice.steelyard.dev/members-only");
            tenant.apply(endpoints("members-only", a));
            readme.next("kubectl get secret alice");
            readme.next("curl", "a");
            readme.next("rm");
            readme.end();
            assertThat(Commands.run(
                                    "curl",
                                    "-sk",
                                    "--resolve",
                                    "origin.example.com:443:" + node.address(),
                                    "https://origin.example.com/")
                            .exitCode())
                    .isNotZero();
        }
    }

    @Test
    void tlsToTheEndpoints() {
        try (Tenant tenant = installed.tenant("re-encryption")) {
            Walkthrough readme = new Walkthrough("re-encryption", tenant, node);
            readme.next("kubectl apply", "secret/origin-ca", "pool.steelyard.dev/origin");
            String pem = secret(tenant, "origin-tls", "tls\\.crt");
            String key = secret(tenant, "origin-tls", "tls\\.key");
            String ca = secret(tenant, "origin-ca", "ca\\.crt");
            try (NginxServer origin = NginxServer.startTls("origin", LocalAddresses.nextV4(), pem, key, ca)) {
                tenant.apply(Manifests.slice("origin", "https", origin.host(), origin.port()));
                readme.next("curl", "origin to CN=steelyard");
                readme.next("kubectl describe", "1 of 1 endpoints are healthy");
                readme.end();
            }
        }
    }

    @Test
    void http2OverTlsToTheEndpoints() {
        try (Tenant tenant = installed.tenant("http2-endpoints")) {
            Walkthrough readme = new Walkthrough("http2-endpoints", tenant, node);
            readme.next("kubectl apply", "secret/modern-ca", "pool.steelyard.dev/modern");
            String pem = secret(tenant, "modern-tls", "tls\\.crt");
            String key = secret(tenant, "modern-tls", "tls\\.key");
            String ca = secret(tenant, "modern-ca", "ca\\.crt");
            try (NginxServer modern = NginxServer.startTlsHttp2("modern", LocalAddresses.nextV4(), pem, key, ca)) {
                tenant.apply(Manifests.slice("modern", "https", modern.host(), modern.port()));
                readme.next("curl", "modern to CN=steelyard by HTTP/2.0");
                readme.next("kubectl describe", "1 of 1 endpoints are healthy");
                readme.end();
            }
        }
    }

    private static String secret(Tenant tenant, String name, String key) {
        return tenant.kubectl().get("get", "secret", name, "-o", "jsonpath={.data['" + key + "']}");
    }

    @Test
    void ocspStapling() {
        try (Tenant tenant = installed.tenant("ocsp-stapling");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("ocsp-stapling", tenant, node);
            readme.next("kubectl apply", "secret/stapled-tls", "virtualservice.steelyard.dev/stapled");
            tenant.apply(endpoints("stapled", a));
            readme.next("openssl s_client", "OCSP Response Status: successful", "Cert Status: good");
            readme.end();
        }
    }

    private String subjectShownTo(String name) {
        return Commands.run(
                        "sh",
                        "-c",
                        "openssl s_client -connect \"$0\":443 -servername \"$1\" < /dev/null | openssl x509 -noout"
                                + " -subject",
                        node.address(),
                        name)
                .requireSuccess()
                .strip();
    }

    @Test
    void tlsPassedThroughByName() {
        try (Tenant tenant = installed.tenant("tls-passthrough");
                TlsServer vault = TlsServer.start("vault.example.com")) {
            Walkthrough readme = new Walkthrough("tls-passthrough", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/vault");
            tenant.apply(Manifests.slice("vault", "https", vault.host(), vault.port()));
            readme.next("curl", "s_server");
            readme.next("bin/steelyard explain", "virtual service  default/vault, by host vault.example.com");
            readme.end();
        }
    }
}
