package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.LocalAddresses;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples about where requests go. */
class RoutingExamplesIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

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
        return node.ask(80, "content.example.com", line, fields).text().strip();
    }
}
