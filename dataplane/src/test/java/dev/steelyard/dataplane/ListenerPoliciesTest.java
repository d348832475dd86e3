package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.dataplane.http1.Wire;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listeners do with whole connections, clients' sessions and requests, and what /metrics says of it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ListenerPoliciesTest {

    private final ManualSource source = new ManualSource();
    private final HttpClient scraper = HttpClient.newHttpClient();
    private final RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    private Dataplane node;

    @BeforeEach
    void start() throws IOException {
        node = Dataplane.start(
                DataplaneOptions.standard("test")
                        .withThreads(1)
                        .withLocalAddresses()
                        .withAdmin(new AdminOptions(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "", false)),
                source,
                ManualSource.noServices());
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    private int serving(VirtualServices... services) {
        source.deliver(SnapshotSets.of(1, services));
        await().until(() -> !node.ports().isEmpty());
        return Objects.requireNonNull(node.ports().values().iterator().next());
    }

    private String scrape() throws IOException, InterruptedException {
        URI uri = URI.create(
                "http://127.0.0.1:" + node.adminAddress().orElseThrow().getPort() + "/metrics");
        return scraper.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private void awaitMetric(String line) {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(scrape()).contains(line));
    }

    @Test
    void aTcpClientThatIsKeptOutIsReset() throws Exception {
        int port = serving(
                VirtualServices.named("tcp").denying("127.0.0.9/32").tcp(0, "p").pool("p", server.address()));
        try (Wire client = Wire.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
        try (Socket socket =
                        new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral("127.0.0.9"), 0);
                Wire denied = new Wire(socket)) {
            assertThatThrownBy(() -> {
                        denied.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                        denied.read();
                    })
                    .isInstanceOf(SocketException.class);
        }
        assertThat(server.connections()).isEqualTo(1);
        awaitMetric(
                "steelyard_requests_flagged_total{flag=\"access_denied\",namespace=\"shop\",pool=\"p\",route=\"tcp-0\","
                        + "virtual_service=\"tcp\"} 1.0");
    }

    @Test
    void aUdpClientThatIsKeptOutIsNotAnswered() throws Exception {
        try (UdpBackend backend = new UdpBackend("one")) {
            int port = serving(VirtualServices.named("udp")
                    .denying("127.0.0.9/32")
                    .udp(0, "p")
                    .speaking(PoolProtocol.UDP)
                    .pool("p", backend.address()));
            try (UdpClient denied = new UdpClient("127.0.0.9", "127.0.0.1", port);
                    UdpClient client = new UdpClient("127.0.0.1", "127.0.0.1", port)) {
                assertThat(denied.ask("secret", 300)).isNull();
                assertThat(client.ask("hello")).isEqualTo("one hello");
                assertThat(backend.ports()).as("sessions").hasSize(1);
            }
            awaitMetric("steelyard_requests_flagged_total{flag=\"access_denied\",namespace=\"shop\",pool=\"p\","
                    + "route=\"udp-0\",virtual_service=\"udp\"} 1.0");
        }
    }

    @Test
    void aListenerThatRedirectsAsksNoPool() throws Exception {
        int port = serving(VirtualServices.named("web")
                .hosts("a.example", "*.b.example")
                .redirecting(8443)
                .http(0)
                .route("/", "p")
                .pool("p", server.address()));
        try (Wire client = Wire.to(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
            client.send(Wire.head("GET /x/../y%2f?q=1 HTTP/1.1", "Host: A.example:81"));
            Wire.Message response = client.readResponse();
            assertThat(response.status()).isEqualTo(308);
            assertThat(response.field("Location")).isEqualTo("https://a.example:8443/y%2F?q=1");
            client.send(Wire.head("HEAD / HTTP/1.1", "Host: c.b.example"));
            assertThat(client.readResponse(true).field("Location")).isEqualTo("https://c.b.example:8443/");
            client.send(Wire.head("GET / HTTP/1.1", "Host: elsewhere.example"));
            assertThat(client.readResponse().status()).isEqualTo(404);
            client.send(Wire.head("POST /form HTTP/1.1", "Host: a.example", "Content-Length: 4") + "form");
            Wire.Message posted = client.readResponse();
            assertThat(posted.status()).isEqualTo(308);
            assertThat(posted.field("Location")).isEqualTo("https://a.example:8443/form");
        }
        assertThat(server.connections()).isZero();
    }

    @Test
    void theEndOfACertificateIsAMetric() throws Exception {
        Certificate certificate = Certificates.forNames("shown", "a.example");
        serving(VirtualServices.named("web")
                .https(0, certificate)
                .route("/", "p")
                .pool("p", server.address()));
        X509Certificate leaf = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.chain().getBytes(StandardCharsets.US_ASCII)));
        double until = leaf.getNotAfter().toInstant().getEpochSecond();
        awaitMetric("steelyard_certificate_expiry_timestamp_seconds{namespace=\"shop\",secret=\"shown\"} " + until);
        source.deliver(SnapshotSets.of(
                2,
                VirtualServices.named("web")
                        .https(0, Certificates.forNames("renewed", "a.example"))
                        .route("/", "p")
                        .pool("p", server.address())));
        awaitMetric("secret=\"renewed\"");
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(scrape()).doesNotContain("secret=\"shown\""));
    }
}
