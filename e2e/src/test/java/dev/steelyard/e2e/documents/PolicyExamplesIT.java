package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.Load;
import org.junit.jupiter.api.Test;

/** The READMEs of the examples about what is done to requests and responses. */
class PolicyExamplesIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

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
            assertThat(node.ask(80, "moved.example.com", "GET /forum/1").status())
                    .isEqualTo(410);
            assertThat(node.ask(8080, "moved.example.com", "GET /a?b").status()).isEqualTo(308);
            assertThat(node.ask(80, "moved.example.com", "GET /about.html/x").status())
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
                    node.ask(80, "headers.example.com", "GET /echo", "X-Internal-User: root", "X_Internal_User: root");
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
                        .until(() ->
                                node.ask(80, "friendly.example.com", "GET /api").status() == 200);
            }
        }
    }

    @Test
    void diagnostics() {
        try (Tenant tenant = installed.tenant("diagnostics")) {
            Walkthrough readme = new Walkthrough("diagnostics", tenant, node);
            readme.next("kubectl apply", "virtualservice.steelyard.dev/asked");
            readme.next("curl -i", "HTTP/1.1 503", "X-Why: no_endpoint");
            try (EchoServer web = backend("web")) {
                tenant.apply(endpoints("web", web));
                readme.next("curl -i", "HTTP/1.1 200", "X-Why: -");
            }
            readme.end();
            assertThat(node.ask(80, "asked.example.com", "GET /").field("X-Why"))
                    .isEmpty();
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
