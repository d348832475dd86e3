package dev.steelyard.dataplane.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.dataplane.admin.view.Event;
import dev.steelyard.dataplane.admin.view.Served;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.dataplane.metrics.Meters;
import dev.steelyard.dataplane.pool.AdminState;
import dev.steelyard.dataplane.pool.EndpointCounters.Counts;
import dev.steelyard.dataplane.pool.EndpointView;
import dev.steelyard.dataplane.pool.PoolView;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ListenerTls;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool.Algorithm;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminServerTest {

    private static final String TOKEN = "s3cret-token";
    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final ObjectKey POOL = new ObjectKey("shop", "blue");
    private static final Snapshot SNAPSHOT = new Snapshot(
            1,
            WEB,
            7,
            List.of(new Listener(
                    "secure",
                    List.of(),
                    443,
                    Protocol.HTTPS,
                    ListenerLimits.DEFAULT,
                    List.of(),
                    Optional.of(new ListenerTls(List.of("shop/tls"), ListenerTls.TlsVersion.TLS_1_2)),
                    Optional.empty())),
            List.of("shop.example.com"),
            List.of(new Route(
                    "default",
                    Route.PathMatch.ALL,
                    List.of("GET"),
                    List.of(new Route.WeightedPool(POOL, 1)),
                    Route.Timeouts.DEFAULT)),
            List.of(),
            List.of(new Certificate("shop/tls", "chain", "very secret")));

    private final HttpClient client = HttpClient.newHttpClient();
    private final Meters meters = new Meters();
    private final Example served = new Example();
    private final List<AdminServer> started = new ArrayList<>();

    /** A node with one virtual service, one pool and one endpoint. */
    private static final class Example implements Served {

        private volatile Readiness readiness = Readiness.READY;
        private final List<String> overrides = new CopyOnWriteArrayList<>();

        @Override
        public Readiness readiness() {
            return readiness;
        }

        @Override
        public CompletionStage<View> view() {
            NodeReport report = new NodeReport(
                    "0.1.0",
                    1,
                    3,
                    42,
                    List.of(new Rejected(new ObjectKey("shop", "bad"), "abc", "<script>alert(1)</script>")),
                    List.of(),
                    List.of(),
                    List.of());
            EndpointView endpoint = new EndpointView(
                    "10.0.0.1:8080",
                    "uid",
                    EndpointView.State.ASSUMED_UP,
                    true,
                    "",
                    Instant.parse("2026-01-02T03:04:05Z"),
                    1,
                    5,
                    AdminState.READY,
                    Counts.NONE,
                    EndpointView.Checks.NONE);
            return CompletableFuture.supplyAsync(() -> new View(
                    report,
                    List.of(SNAPSHOT),
                    List.of(new SocketView(new ListenerKey("", 443), List.of(new Owner(WEB, "secure")), true, "")),
                    List.of(new PoolView(
                            POOL,
                            Algorithm.WEIGHTED_ROUND_ROBIN,
                            PoolProtocol.HTTP1,
                            Optional.empty(),
                            1,
                            List.of(endpoint),
                            List.of(new PoolView.Problem("a.example.com:80", "does not resolve")))),
                    List.of(new Event(
                            Instant.EPOCH, Event.Kind.REFUSED, "shop/bad", "\"<img src=x onerror='alert(1)'>"))));
        }

        @Override
        public CompletionStage<Boolean> override(ObjectKey pool, String address, AdminState state) {
            overrides.add(pool + " " + address + " " + state);
            return CompletableFuture.completedStage(!address.startsWith("10.9."));
        }
    }

    @AfterEach
    void stop() {
        started.forEach(AdminServer::close);
    }

    private String start(String token, boolean protectReads) throws IOException {
        AdminServer server = AdminServer.start(
                new AdminOptions(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), token, protectReads),
                served,
                meters);
        started.add(server);
        return "http://127.0.0.1:" + server.address().getPort();
    }

    private HttpResponse<String> get(String uri, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(10));
        return client.send(
                fields.length == 0 ? request.build() : request.headers(fields).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String uri, String body, String... fields) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(body));
        return client.send(
                fields.length == 0 ? request.build() : request.headers(fields).build(), BodyHandlers.ofString());
    }

    private JsonNode json(String uri) throws Exception {
        HttpResponse<String> response = get(uri);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        return new ObjectMapper().readTree(response.body());
    }

    @Test
    void tellsHealthAndReadiness() throws Exception {
        String base = start("", false);
        assertThat(get(base + "/healthz").body()).isEqualTo("ok\n");
        assertThat(get(base + "/readyz").statusCode()).isEqualTo(200);
        served.readiness = Served.Readiness.not("no configuration yet");
        HttpResponse<String> notReady = get(base + "/readyz");
        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(notReady.body()).isEqualTo("not ready: no configuration yet\n");
        assertThat(get(base + "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void givesMetricsInTheFormatAskedFor() throws Exception {
        String base = start("", false);
        meters.config(1, 42, 0);
        HttpResponse<String> prometheus = get(base + "/metrics");
        assertThat(prometheus.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
        assertThat(prometheus.body()).contains("steelyard_config_applied_revision 42.0");
        HttpResponse<String> open =
                get(base + "/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        assertThat(open.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text; version=1.0.0"));
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void showsVirtualServicesPoolsAndAddresses() throws Exception {
        String base = start("", false);
        JsonNode service = json(base + "/api/v1/virtualservices").at("/virtualServices/0");
        assertThat(service.at("/virtualService").asText()).isEqualTo("shop/web");
        assertThat(service.at("/generation").asInt()).isEqualTo(7);
        assertThat(service.at("/listeners/0/bound").asBoolean()).isTrue();
        assertThat(service.at("/listeners/0/certificates/0").asText()).isEqualTo("shop/tls");
        assertThat(service.at("/routes/0/pools/0/pool").asText()).isEqualTo("shop/blue");
        JsonNode pool = json(base + "/api/v1/pools").at("/pools/0");
        assertThat(pool.at("/algorithm").asText()).isEqualTo("WeightedRoundRobin");
        assertThat(pool.at("/endpoints/0/address").asText()).isEqualTo("10.0.0.1:8080");
        assertThat(pool.at("/endpoints/0/state").asText()).isEqualTo("AssumedUp");
        assertThat(pool.at("/endpoints/0/since").asText()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(pool.at("/endpoints/0/inFlight").asInt()).isEqualTo(5);
        assertThat(pool.at("/problems/0/reason").asText()).isEqualTo("does not resolve");
        meters.listener("*:443").opened();
        JsonNode address = json(base + "/api/v1/addresses").at("/addresses/0");
        assertThat(address.at("/port").asInt()).isEqualTo(443);
        assertThat(address.at("/transport").asText()).isEqualTo("TCP");
        assertThat(address.at("/connections").asInt()).isEqualTo(1);
        assertThat(address.at("/owners/0/listener").asText()).isEqualTo("secure");
    }

    @Test
    void showsTheConfigurationInForce() throws Exception {
        JsonNode config = json(start("", false) + "/api/v1/config");
        assertThat(config.at("/appliedRevision").asInt()).isEqualTo(42);
        assertThat(config.at("/epoch").asInt()).isEqualTo(3);
        assertThat(config.at("/snapshots/shop~1web/digest").asText())
                .isEqualTo(SnapshotCodec.encode(SNAPSHOT).digest());
        assertThat(config.at("/rejected/0/virtualService").asText()).isEqualTo("shop/bad");
    }

    @ParameterizedTest
    @CsvSource({
        "/",
        "/stats;csv",
        "/api/v1/stats",
        "/metrics",
        "/api/v1/virtualservices",
        "/api/v1/pools",
        "/api/v1/addresses",
        "/api/v1/config"
    })
    void tellsNoSecret(String path) throws Exception {
        assertThat(get(start(TOKEN, false) + path).body())
                .doesNotContain("very secret")
                .doesNotContain(TOKEN);
    }

    @Test
    void showsAPageThatLoadsAndRunsWhatIsHereAlone() throws Exception {
        String base = start("", false);
        HttpResponse<String> page = get(base + "/");
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        assertThat(page.body())
                .contains("10.0.0.1:8080")
                .contains("shop.example.com")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .contains("&quot;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;")
                .doesNotContain("<script>", "<img", "<style", "style=", "http:", "https:");
        assertThat(page.headers().firstValue("content-security-policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                        .doesNotContain("unsafe"));
        Matcher loaded = Pattern.compile("(?:src|href)=\"(/assets/[^\"]+)\"").matcher(page.body());
        int bytes = page.body().getBytes(StandardCharsets.UTF_8).length;
        int files = 0;
        while (loaded.find()) {
            HttpResponse<String> file = get(base + loaded.group(1));
            assertThat(file.statusCode()).as(loaded.group(1)).isEqualTo(200);
            bytes += file.body().getBytes(StandardCharsets.UTF_8).length;
            files++;
        }
        assertThat(files).isEqualTo(5);
        assertThat(bytes).isLessThan(150 * 1024);
    }

    @Test
    void takesEndpointsOutForThoseWithTheToken() throws Exception {
        String base = start(TOKEN, false);
        String endpoint = base + "/api/v1/pools/shop/blue/endpoints/10.0.0.1:8080";
        String[] token = {"Authorization", "Bearer " + TOKEN};
        HttpResponse<String> done = post(endpoint, "{\"state\": \"Drain\"}", token);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(done.body()).contains("\"Drain\"");
        String v6 = base + "/api/v1/pools/shop/blue/endpoints/%5B2001:db8::1%5D:8080";
        assertThat(post(v6, "{\"state\": \"Down\"}", token).statusCode()).isEqualTo(200);
        assertThat(served.overrides)
                .containsExactly("shop/blue 10.0.0.1:8080 DRAIN", "shop/blue [2001:db8::1]:8080 DOWN");

        assertThat(post(base + "/api/v1/pools/shop/blue/endpoints/10.9.0.1:8080", "{\"state\": \"Ready\"}", token)
                        .statusCode())
                .isEqualTo(404);
        for (String bad :
                List.of("", "{}", "[]", "Drain", "{\"state\": \"drain\"}", "{\"state\": \"Drain\", \"a\": 1}")) {
            assertThat(post(endpoint, bad, token).statusCode()).as(bad).isEqualTo(400);
        }
    }

    @Test
    void refusesChangesWithoutTheToken() throws Exception {
        String path = "/api/v1/pools/shop/blue/endpoints/10.0.0.1:8080";
        String body = "{\"state\": \"Drain\"}";
        String withToken = start(TOKEN, false) + path;
        assertThat(post(withToken, body).statusCode()).isEqualTo(401);
        assertThat(post(withToken, body, "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(post(withToken, body, "Authorization", "Basic " + TOKEN).statusCode())
                .isEqualTo(401);
        assertThat(post(withToken, body).headers().firstValue("www-authenticate"))
                .contains("Bearer");
        HttpResponse<String> off = post(start("", false) + path, body, "Authorization", "Bearer ");
        assertThat(off.statusCode()).isEqualTo(403);
        assertThat(off.body()).contains("start the dataplane with a token");
        assertThat(served.overrides).isEmpty();
    }

    @Test
    void protectsReadsWhereAsked() throws Exception {
        String base = start(TOKEN, true);
        assertThat(get(base + "/metrics").statusCode()).isEqualTo(401);
        assertThat(get(base + "/api/v1/config").statusCode()).isEqualTo(401);
        assertThat(get(base + "/metrics", "Authorization", "Bearer " + TOKEN).statusCode())
                .isEqualTo(200);
        assertThat(get(base + "/healthz").statusCode()).isEqualTo(200);
        assertThat(get(base + "/readyz").statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> new AdminOptions(new InetSocketAddress(0), "", true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsNotThere() throws Exception {
        String base = start(TOKEN, false);
        for (String path : List.of(
                "/stats;json",
                "/other;csv",
                "/assets/",
                "/assets/../stats.js",
                "/api/v1/cache/purge",
                "/api/v1/pools/shop",
                "/api/v2/pools",
                "/%2e%2e/")) {
            HttpResponse<String> response = get(base + path);
            assertThat(response.statusCode()).as(path).isEqualTo(404);
            assertThat(response.body()).contains("error");
        }
        HttpResponse<String> post = post(base + "/api/v1/config", "{}", "Authorization", "Bearer " + TOKEN);
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("allow")).contains("GET, HEAD");
        assertThat(get(base + "/api/v1/pools/a/b/endpoints/1.2.3.4:5").statusCode())
                .isEqualTo(405);
    }

    @Test
    void answersPipelinedRequestsInOrderAndHeadWithoutBody() throws Exception {
        URI base = URI.create(start("", false));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), base.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            String requests = String.join(
                    "\r\n",
                    "GET /api/v1/config HTTP/1.1\r\nHost: a\r\n",
                    "GET /healthz HTTP/1.1\r\nHost: a\r\n",
                    "HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            out.write(requests.getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all.indexOf("appliedRevision")).isPositive().isLessThan(all.indexOf("ok\n"));
            assertThat(all).endsWith("\r\n\r\n").contains("content-length: 3");
        }
    }

    @Test
    void refusesRequestsThatAreTooLargeOrMalformed() throws Exception {
        String base = start(TOKEN, false);
        String endpoint = base + "/api/v1/pools/shop/blue/endpoints/10.0.0.1:8080";
        assertThat(post(endpoint, " ".repeat(20_000), "Authorization", "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(413);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), URI.create(base).getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 400");
        }
        assertThat(get(base + "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void takesABoundedNumberOfConnections() throws Exception {
        int port = URI.create(start("", false)).getPort();
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 101; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setSoTimeout(10_000);
                sockets.add(socket);
            }
            assertThat(sockets.getLast().getInputStream().read()).isEqualTo(-1);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void saysWhichAddressItCannotHave() throws Exception {
        int port = URI.create(start("", false)).getPort();
        assertThatThrownBy(() -> AdminServer.start(
                        new AdminOptions(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), "", false),
                        served,
                        meters))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }
}
