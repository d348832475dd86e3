package dev.steelyard.operator.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: shop}
                spec:
                  listeners: [{name: web, port: 80, protocol: HTTP}]
                  hosts: [shop.example.com, "*.shop.example.com"]
                  routes:
                  - {name: api, match: [{path: {value: /api}, methods: [POST]}], pools: [{name: web, weight: 3}, {name: gone, weight: 1}]}
                  - {name: exact, match: [{path: {type: Exact, value: /x}}], pools: [{name: fixed}], policies: [logged]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: content}
                spec:
                  listeners: [{name: web, port: 80, protocol: HTTP}, {name: plain, port: 8080, protocol: HTTP, redirectToHttps: true}]
                  hosts: [content.example.com]
                  routes:
                  - {name: moved, match: [{path: {value: /old}}], redirect: {status: 301, scheme: https, path: /new}}
                  - {name: fixed, match: [{path: {value: /fixed}}], respond: {status: 410, body: gone}}
                  - {name: office, match: [{sourceCIDRs: [10.0.0.0/8], query: [{name: v, value: "2"}]}], pools: [{name: fixed}]}
                  - {name: beta, match: [{path: {type: Regex, value: "/v[0-9]+/.*"}, headers: [{name: X-Env, value: beta}]}], pools: [{name: fixed}], policies: [filters]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Policy
                metadata: {name: filters}
                spec:
                  access: {allow: [10.0.0.0/8]}
                  rewrite: {host: origin.example.com, regex: {pattern: "^/v([0-9]+)", substitution: "/version-$1"}}
                  requestHeaders: {set: [{name: X-A, value: a}], remove: [X-B]}
                  responseHeaders: {add: [{name: X-C, value: c}]}
                  mirror: {pool: fixed, percent: 5}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: rest}
                spec: {listeners: [{name: web, port: 80, protocol: HTTP}, {name: sql, port: 5432, protocol: TCP}], pool: tcp}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Policy
                metadata: {name: logged}
                spec: {timeouts: {request: 0s, stream: 1h}, retry: {retryOn: [ConnectFailure, GatewayError], perTryTimeout: 1s}, accessLog: {format: JSON, percent: 5}}
                ---
                {apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: web}, spec: {members: [{service: {name: web, port: http}}]}}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: fixed}
                spec: {members: [{address: 127.0.0.1, port: 1}, {address: "::1", port: 2, weight: 0}, {host: a.example.com, port: 3}]}
                ---
                {apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: tcp}, spec: {protocol: TCP, members: [{address: 10.0.0.1, port: 5432}]}}
                ---
                {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}]}}
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: web-1, labels: {kubernetes.io/service-name: web}}
                addressType: IPv4
                ports: [{name: http, port: 8080}]
                endpoints:
                - {addresses: [10.0.0.1]}
                - {addresses: [10.0.0.2], conditions: {ready: false}}
                - {addresses: [10.0.0.3], conditions: {ready: false, serving: true, terminating: true}}
                """);
    }

    @Test
    void namesEveryStep() {
        assertThat(explain("http://shop.example.com/api/1", "POST")).isEqualTo("""
                        listener         web, HTTP on port 80
                        virtual service  default/shop, by host shop.example.com
                          not by route   exact: /api/1 is not /x
                        route            api, by prefix path /api and method POST
                        pool             default/web, for 75.0 % of requests, weighted_round_robin
                          + 10.0.0.1:8080, weight 1
                          - 10.0.0.2:8080 excluded: it is not ready
                          - 10.0.0.3:8080 excluded: it is terminating
                        pool             gone, for 25.0 % of requests: unresolved, answers 503; the lines on stderr say why
                        """);
    }

    @Test
    void saysWhyRoutesDoNotMatch() {
        assertThat(explain("http://a.b.shop.example.com/api", "get")).isEqualTo("""
                        listener         web, HTTP on port 80
                        virtual service  default/shop, by host *.shop.example.com
                          not by route   exact: /api is not /x
                          not by route   api: GET is none of POST
                        no route: no route matches and there is no spec.pool (404)
                        """);
    }

    @Test
    void saysWhatPoliciesComeTo() {
        assertThat(explain("http://shop.example.com/x", "GET")).contains("""
                        route            exact, by exact path /x
                          timeouts       request without limit, idle 300000 ms, stream 3600000 ms
                          retry          up to 2 times on connect failure, gateway error, each try 1000 ms, budget 20 % or 3
                          access log     JSON, 5 % and all 5xx
                        pool             default/fixed, weighted_round_robin
                        """);
    }

    @Test
    void saysWhatFiltersDo() {
        assertThat(explain("http://content.example.com/v2/a", "GET", "x-env: beta"))
                .contains("""
                          not by route   fixed: /v2/a is not below /fixed
                          not by route   moved: /v2/a is not below /old
                        route            beta, by regex path /v[0-9]+/.* and header x-env=beta
                          access         10.1.2.3 is let in
                          rewrite        the pool is asked for path /version-2/a of host origin.example.com
                          request        removes x-b, sets X-A: a
                          mirror         a copy of 5 % goes to pool fixed
                          response       adds X-C: c
                        pool             default/fixed, weighted_round_robin
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://content.example.com/old?a | answer           redirect 301 to https://content.example.com/new",
                "http://content.example.com/fixed | answer           status 410, text/plain; charset=utf-8, 4 characters",
                "http://content.example.com:8080/a?b | answer           redirect 308 to https://content.example.com/a?b",
                "http://content.example.com/a?v=2 | route            office, by prefix path / and source in 10.0.0.0/8, query v=2",
                "http://content.example.com/v2/a | '  not by route   beta: it is not header x-env=beta'"
            })
    void saysWhatIsAnsweredAndWhy(String url, String line) {
        assertThat(explain(url, "GET").lines()).contains(line);
    }

    @Test
    void saysWhichEndpointsAreExcluded() {
        assertThat(explain("http://127.0.0.1/x", "GET", "host: SHOP.example.com:80"))
                .contains("""
                          + 127.0.0.1:1, weight 1
                          - [::1]:2 excluded: its weight is 0
                          + a.example.com:3 (each address that DNS has for it), weight 1
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://shop.example.com:81/ | no listener: nothing listens on port 81; there are [HTTP on 80, HTTP on 8080, TCP on 5432]",
                "https://shop.example.com:80/ | no listener: port 80 speaks HTTP, not HTTPS",
                "tls://shop.example.com:80 | no listener: port 80 speaks HTTP, not TLS",
                "tcp://db:5432 | virtual service  default/rest, by having the port",
                "tcp://db:5432 | pool             default/tcp, weighted_round_robin",
                "http://other.example.com/ | virtual service  default/rest, by having no hosts: it answers for all that nobody names"
            })
    void saysWhoAnswers(String url, String line) {
        assertThat(explain(url, "GET").lines()).contains(line);
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://a/, has to begin",
        "http:///x, needs a host",
        "tcp://a, needs a host and a port",
        "'http://a b', Illegal",
        "http://a/b/..%2fc, hidden dot segment"
    })
    void refusesOtherUrls(String url, String message) {
        assertThatThrownBy(() -> ExplainedRequest.of(url, "GET", List.of(), "127.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"/%61pi, /api", "/a//b, /a//b", "/a/../b, /b", "/%c3%a9, /%C3%A9", "'', /"})
    void readsThePathAsTheDataplaneDoes(String raw, String path) {
        assertThat(ExplainedRequest.of("http://a" + raw, "GET", List.of(), "127.0.0.1")
                        .path())
                .isEqualTo(path);
    }

    private String explain(String url, String method, String... headers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
        Explain.run(
                List.of(folder),
                ExplainedRequest.of(url, method, List.of(headers), "10.1.2.3"),
                InstantSource.system(),
                new PrintStream(out, true, UTF_8),
                err);
        return out.toString(UTF_8);
    }
}
