package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.backend.NginxServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.testing.PhpFpm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples, word by word, with real traffic to backends in the place of their pods. */
class ExampleReadmesIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void everyReadmeHasATestHere() throws IOException {
        try (Stream<Path> folders = Files.list(SourceTree.resolve("examples"))) {
            assertThat(folders.filter(folder -> Files.exists(folder.resolve("README.md")))
                            .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "access-log",
                            "client-certificates",
                            "content-routing",
                            "dns-member",
                            "error-pages",
                            "grpc",
                            "headers-and-rewrites",
                            "http",
                            "http2",
                            "https-sni",
                            "mirroring",
                            "path-routing",
                            "php-fpm",
                            "port-range",
                            "proxy-protocol",
                            "re-encryption",
                            "redirects",
                            "retries",
                            "tcp",
                            "tls-passthrough",
                            "udp",
                            "weighted-canary");
        }
    }

    @Test
    void http() {
        try (Tenant tenant = installed.tenant("http");
                EchoServer a = backend("a");
                EchoServer b = backend("b")) {
            Walkthrough readme = new Walkthrough("http", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/web", "pool.steelyard.dev/web");
            tenant.apply(endpoints("web", a, b));
            readme.next("kubectl get", "virtualservice.steelyard.dev/web", "2/2", "pool.steelyard.dev/web");
            readme.next("curl", "a");
            readme.end();
            tenant.awaitAnswers(80, "web.example.com", a, b);
        }
    }

    @Test
    void accessLog() {
        try (Tenant tenant = installed.tenant("access-log");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("access-log", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/logged");
            tenant.apply(endpoints("web", a));
            readme.next("curl", "a");
            readme.end();
            assertThat(node.get(80, "logged.example.com", "/healthz").status()).isEqualTo(200);
            assertThat(node.get(80, "logged.example.com", "/last").status()).isEqualTo(200);
            eventually().until(() -> node.dataplane().output().contains("\"path\":\"/last\""));
            assertThat(node.dataplane().output().lines())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("{\"time\":\"20")
                            .contains("\"virtual_service\":\"logged\",\"route\":\"default\",\"pool\":\"web\"")
                            .contains("\"path\":\"/hello?from=readme\",\"status\":200"))
                    .noneSatisfy(line -> assertThat(line).contains("/healthz\",\"status"));
        }
    }

    /** One of two endpoints is broken: clients do not notice. */
    @Test
    void retries() {
        try (Tenant tenant = installed.tenant("retries");
                EchoServer good = backend("good");
                EchoServer bad = backend("bad")) {
            Walkthrough readme = new Walkthrough("retries", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/retries");
            tenant.apply(endpoints("web", good, bad));
            readme.next("curl", "");
            readme.end();
            tenant.awaitAnswers(80, "retries.example.com", good, bad);
            bad.stop();
            Load.requests(node.target(80, "retries.example.com", "/").expectingOneOf("good", "bad"), 300)
                    .requireNoFailures(300);
        }
    }

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
            String pem = tenant.kubectl().get("get", "secret", "origin-tls", "-o", "jsonpath={.data['tls\\.crt']}");
            String key = tenant.kubectl().get("get", "secret", "origin-tls", "-o", "jsonpath={.data['tls\\.key']}");
            String ca = tenant.kubectl().get("get", "secret", "origin-ca", "-o", "jsonpath={.data['ca\\.crt']}");
            try (NginxServer origin = NginxServer.startTls("origin", LocalAddresses.nextV4(), pem, key, ca)) {
                tenant.apply("""
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: origin-1, labels: {kubernetes.io/service-name: origin}}
                    addressType: IPv4
                    ports: [{name: https, port: %d}]
                    endpoints: [{addresses: [%s]}]
                    """.formatted(origin.port(), origin.host()));
                readme.next("curl", "origin to CN=steelyard");
                readme.next("kubectl describe", "1 of 1 endpoints are healthy");
                readme.end();
            }
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
    void http2() {
        try (Tenant tenant = installed.tenant("http2");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("http2", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/fast");
            tenant.apply(endpoints("fast", a));
            readme.next("curl", "a\n", "by HTTP/2");
            readme.end();
        }
    }

    @Test
    void grpc() {
        try (Tenant tenant = installed.tenant("grpc");
                NginxServer a = NginxServer.startHttp2("a", LocalAddresses.nextV4())) {
            Walkthrough readme = new Walkthrough("grpc", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/calls");
            tenant.apply(slice("greeter", "grpc", a.host(), a.port()));
            readme.next("curl", "HTTP/2 200", "x-backend: a");
            readme.next("bin/steelyard explain", "route            greeter");
            readme.end();
        }
    }

    @Test
    void routesByPathAndMethod() throws IOException {
        try (Tenant tenant = installed.tenant("path-routing");
                EchoServer web = backend("web");
                EchoServer api = backend("api")) {
            Walkthrough readme = new Walkthrough("path-routing", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/shop");
            tenant.apply(endpoints("web", web), endpoints("api", api));
            readme.next(
                    "bin/steelyard explain", "route            uploads, by prefix path /api/uploads and method POST");
            readme.end();

            tenant.awaitAnswers(80, "shop.example.com", web);
            eventually().until(() -> answers("/api").equals("api"));
            assertThat(answers("/api/uploads")).isEqualTo("api");
            assertThat(answers("/apis")).isEqualTo("web");
            assertThat(answers("/healthz/more")).isEqualTo("web");
            Target target = node.target(80, "shop.example.com", "/api/uploads/1");
            try (ClientConnection client = new ClientConnection(target, 10_000)) {
                assertThat(client.send("POST " + target.path() + " HTTP/1.1\r\nHost: shop.example.com\r\n"
                                        + "Content-Length: 3\r\n\r\nabc")
                                .text())
                        .isEqualTo("api\n");
            }
        }
    }

    private String answers(String path) {
        return node.get(80, "shop.example.com", path).text().strip();
    }

    @Test
    void clientAddressesFromAProxyInFront() {
        try (Tenant tenant = installed.tenant("proxy-protocol");
                EchoServer a = backend("a")) {
            Walkthrough readme = new Walkthrough("proxy-protocol", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/web");
            tenant.apply(endpoints("web", a));
            readme.next("curl", "a");
            readme.next("bin/steelyard explain", "only from 198.18.0.0/15");
            readme.end();
        }
    }

    @Test
    void tlsPassedThroughByName() {
        try (Tenant tenant = installed.tenant("tls-passthrough");
                TlsServer vault = TlsServer.start("vault.example.com")) {
            Walkthrough readme = new Walkthrough("tls-passthrough", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/vault");
            tenant.apply(slice("vault", "https", vault.host(), vault.port()));
            readme.next("curl", "s_server");
            readme.next("bin/steelyard explain", "virtual service  default/vault, by host vault.example.com");
            readme.end();
        }
    }

    @Test
    void datagramsToNameServers() {
        try (Tenant tenant = installed.tenant("udp")) {
            installed.names().put("www.example.org", "203.0.113.80");
            Walkthrough readme = new Walkthrough("udp", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/dns");
            tenant.apply(slice("dns", "dns", installed.names().address(), 53));
            readme.next("dig", "203.0.113.80");
            readme.next("bin/steelyard explain", "listener         dns, UDP on port 5300");
            readme.end();
        }
    }

    @Test
    void aRangeOfPorts() throws IOException {
        try (Tenant tenant = installed.tenant("port-range");
                PostgresGreeter postgres = new PostgresGreeter()) {
            Walkthrough readme = new Walkthrough("port-range", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/db");
            tenant.apply(slice("db", "postgres", postgres.host(), postgres.port()));
            readme.next("psql");
            readme.next("bin/steelyard explain", "listener         postgres, TCP on port 5440-5449");
            readme.end();
            assertThat(postgres.users()).isNotEmpty();
        }
    }

    /** Its php-fpm has the files below another root, which its pool does not see. */
    @Test
    void phpFpm() throws IOException {
        Path folder = SourceTree.newFolder("php-fpm");
        try (Tenant tenant = installed.tenant("php-fpm");
                PhpFpm php = PhpFpm.start(folder, LocalAddresses.nextV4(), "chroot = " + folder.resolve("root"))) {
            Walkthrough readme = new Walkthrough("php-fpm", tenant, node);
            readme.next("kubectl apply", "configmap/php", "pool.steelyard.dev/php");
            for (String script : List.of("hello.php", "index.php")) {
                php.put(
                        "var/www/html/" + script,
                        tenant.kubectl()
                                .get(
                                        "get",
                                        "configmap",
                                        "php",
                                        "-o",
                                        "jsonpath={.data['" + script.replace(".", "\\.") + "']}"));
            }
            php.put("var/www/html/complains.php", "<?php error_log('the shelf is empty'); echo 'done';");
            php.put("var/www/html/upload/photo.jpg", "<?php echo 'run';");
            tenant.apply(slice(
                    "php", "php", php.address().getHostString(), php.address().getPort()));
            readme.next("curl", "hello you");
            readme.next("curl", "POST /orders/7 in production");
            readme.next("bin/steelyard explain", "runs /var/www/html/index.php");
            readme.end();

            eventually()
                    .until(() -> tenant.kubectl()
                            .get("get", "pool", "php", "-o", "jsonpath={.status.conditions[*].message}")
                            .contains("1 of 1 endpoints are healthy"));
            assertThat(node.get(80, "php.example.com", "/upload/photo.jpg/x.php")
                            .text())
                    .isEqualTo("GET /upload/photo.jpg/x.php in production\n");
            assertThat(node.get(80, "php.example.com", "/complains.php").text()).isEqualTo("done");
            eventually()
                    .untilAsserted(() -> assertThat(node.dataplane().output().lines())
                            .anySatisfy(line ->
                                    assertThat(line).contains("/php route default, endpoint ", "the shelf is empty")));
        }
    }

    private static String slice(String service, String port, String host, int number) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s-1, labels: {kubernetes.io/service-name: %s}}
                addressType: IPv4
                ports: [{name: %s, port: %d}]
                endpoints: [{addresses: [%s]}]
                """.formatted(service, service, port, number, host);
    }

    @Test
    void tcp() throws IOException {
        try (Tenant tenant = installed.tenant("tcp");
                PostgresGreeter postgres = new PostgresGreeter()) {
            Walkthrough readme = new Walkthrough("tcp", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/db");
            tenant.apply(slice("db", "postgres", postgres.host(), postgres.port()));
            readme.next("psql");
            readme.end();
            assertThat(postgres.users())
                    .isNotEmpty()
                    .allSatisfy(user -> assertThat(user).startsWith("user\0postgres\0"));
        }
    }

    @Test
    void aCanaryByWeight() {
        try (Tenant tenant = installed.tenant("weighted-canary");
                EchoServer web = backend("web");
                EchoServer canary = backend("canary")) {
            Walkthrough readme = new Walkthrough("weighted-canary", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/web");
            tenant.apply(endpoints("web", web), endpoints("web-canary", canary));
            tenant.awaitAnswers(80, "canary.example.com", web, canary);
            assertThat(canaryShare()).isBetween(0.03, 0.18);
            readme.next("kubectl patch", "virtualservice.steelyard.dev/web patched");
            readme.end();
            tenant.awaitProgrammed("web");
            assertThat(canaryShare()).isBetween(0.25, 0.47);
        }
    }

    /** Of 600 requests: by weights 10 to 90 and 50 to 90 it is outside of the test's bounds once in a million times. */
    private double canaryShare() {
        LoadReport report =
                Load.requests(node.target(80, "canary.example.com", "/"), 600).requireNoFailures(600);
        return report.byBackend().getOrDefault("canary", 0L) / 600.0;
    }

    @Test
    void membersByDnsNameAndByAddress() {
        try (Tenant tenant = installed.tenant("dns-member");
                EchoServer origin = EchoServer.start("origin", LocalAddresses.nextV4(), 80)) {
            installed.names().put("origin.example.com", origin.host());
            Walkthrough readme = new Walkthrough("dns-member", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/origin");
            // Nothing answers at the fixed address.
            readme.next("kubectl describe", "origin.example.com", "198.51.100.7:8080", "1 of 2 endpoints are healthy");
            readme.end();
            Load.requests(node.target(80, "www.example.net", "/").expectingOneOf("origin"), 20)
                    .requireNoFailures(20);
        }
    }

    @Test
    void routesByWhatARequestHolds() {
        try (Tenant tenant = installed.tenant("content-routing");
                EchoServer web = backend("web");
                EchoServer beta = backend("beta");
                EchoServer api = backend("api");
                EchoServer reports = backend("reports");
                EchoServer office = backend("office")) {
            Walkthrough readme = new Walkthrough("content-routing", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/shop");
            tenant.apply(
                    endpoints("web", web),
                    endpoints("beta", beta),
                    endpoints("api", api),
                    endpoints("reports", reports),
                    endpoints("office", office));
            readme.next("bin/steelyard explain", "route            versioned, by regex path /v[0-9]+/.*");
            readme.next("bin/steelyard explain", "route            beta, by prefix path / and cookie plan~gold|silver");
            readme.next(
                    "bin/steelyard explain", "route            office, by prefix path /admin and source in 10.0.0.0/8");
            readme.end();

            tenant.awaitAnswers(80, "content.example.com", web);
            eventually().until(() -> sent("GET /v2/items").equals("api"));
            assertThat(sent("GET /v2")).isEqualTo("web");
            assertThat(sent("GET /", "X-Env: beta")).isEqualTo("beta");
            assertThat(sent("GET /", "X-Env: stable")).isEqualTo("web");
            assertThat(sent("GET /", "Cookie: a=b; plan=silver")).isEqualTo("beta");
            assertThat(sent("POST /orders", "Content-Type: application/json; charset=utf-8", "Content-Length: 0"))
                    .isEqualTo("api");
            assertThat(sent("POST /orders", "Content-Type: text/plain", "Content-Length: 0"))
                    .isEqualTo("web");
            assertThat(sent("GET /sales?format=csv")).isEqualTo("reports");
            assertThat(sent("GET /sales", "Accept: text/csv, text/html;q=0.5")).isEqualTo("reports");
            assertThat(sent("GET /sales", "Accept: */*")).isEqualTo("web");
        }
    }

    /** The body of the answer to a request line with those fields. */
    private String sent(String line, String... fields) {
        return ask(80, "content.example.com", line, fields).text().strip();
    }

    private Answer ask(int port, String host, String line, String... fields) {
        try (ClientConnection client = new ClientConnection(node.target(port, host, "/"), 10_000)) {
            StringBuilder request = new StringBuilder(line)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(host)
                    .append("\r\n");
            for (String field : fields) {
                request.append(field).append("\r\n");
            }
            return client.send(request.append("\r\n").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void redirectsAndFixedResponses() {
        try (Tenant tenant = installed.tenant("redirects");
                EchoServer web = backend("web")) {
            Walkthrough readme = new Walkthrough("redirects", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/moved");
            tenant.apply(endpoints("web", web));
            readme.next(
                    "curl -i", "HTTP/1.1 301 Moved Permanently", "Location: http://shop.example.com/shop/cart?item=1");
            readme.next("curl", "User-agent: *", "Disallow: /");
            readme.next("bin/steelyard explain", "answer           redirect 308 to https://moved.example.com/cart");
            readme.end();

            tenant.awaitAnswers(80, "moved.example.com", web);
            assertThat(ask(80, "moved.example.com", "GET /forum/1").status()).isEqualTo(410);
            assertThat(ask(8080, "moved.example.com", "GET /a?b").status()).isEqualTo(308);
            assertThat(ask(80, "moved.example.com", "GET /about.html/x").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void headersAndRewrites() {
        try (Tenant tenant = installed.tenant("headers-and-rewrites");
                EchoServer web = backend("web")) {
            Walkthrough readme = new Walkthrough("headers-and-rewrites", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/published");
            tenant.apply(endpoints("web", web));
            readme.next(
                    "curl -i",
                    "Strict-Transport-Security: max-age=31536000",
                    "GET /echo?a=b HTTP/1.1",
                    "Host: origin.example.com",
                    "X-Forwarded-Host: headers.example.com",
                    "X-Edge: steelyard");
            readme.next("curl", "GET /echo/version-2 HTTP/1.1", "Host: headers.example.com");
            readme.next("bin/steelyard explain", "rewrite        the pool is asked for path /items/version-2");
            readme.end();

            Answer answer =
                    ask(80, "headers.example.com", "GET /echo", "X-Internal-User: root", "X_Internal_User: root");
            assertThat(answer.text()).contains("X-Edge: steelyard").doesNotContain("root");
            assertThat(answer.field("X-Backend")).isEmpty();
        }
    }

    @Test
    void errorPages() {
        try (Tenant tenant = installed.tenant("error-pages")) {
            Walkthrough readme = new Walkthrough("error-pages", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/friendly");
            readme.next("curl -i", "HTTP/1.1 404 Not Found", "text/html; charset=utf-8", "There is no such page");
            readme.next("curl -i", "HTTP/1.1 503 Service Unavailable", "We are soon back");
            readme.next("curl -i", "HTTP/1.1 503", "Content-Type: application/json", "{\"error\": \"unavailable\"}");
            readme.next("bin/steelyard explain", "error pages    of policy json-errors");
            readme.end();
            try (EchoServer web = backend("web")) {
                tenant.apply(endpoints("web", web));
                eventually()
                        .until(() -> ask(80, "friendly.example.com", "GET /api").status() == 200);
            }
        }
    }

    @Test
    void mirroring() {
        try (Tenant tenant = installed.tenant("mirroring");
                EchoServer web = backend("web");
                EchoServer next = backend("next")) {
            Walkthrough readme = new Walkthrough("mirroring", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/web");
            tenant.apply(endpoints("web", web), endpoints("web-next", next));
            readme.next("curl", "web");
            tenant.awaitAnswers(80, "mirror.example.com", web);
            eventually().until(() -> {
                long before = next.requests();
                Load.requests(node.target(80, "mirror.example.com", "/").expectingOneOf("web"), 20)
                        .requireNoFailures(20);
                return next.requests() > before;
            });
            readme.next("kubectl patch", "policy.steelyard.dev/try-out patched");
            readme.end();
        }
    }
}
