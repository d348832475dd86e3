package dev.steelyard.dataplane;

import static dev.steelyard.dataplane.QuicClient.headers;
import static dev.steelyard.dataplane.QuicClient.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.FrameType;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import dev.steelyard.testing.FreePort;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bodies, bounds and ends of HTTP/3 connections, through the whole. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class Http3FlowTest {

    private static final String HOST = "shop.example";
    private static final Certificate SHOP = Certificates.forNames("shop", HOST);
    private static final int LARGE = 8 * 1024 * 1024;

    private final ManualSource source = new ManualSource();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<String> asked = new AtomicReference<>("");
    private final int port = FreePort.next();
    private HttpServer backend;
    private Dataplane dataplane;
    private long revision;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/echo", exchange -> {
            asked.set(String.valueOf(exchange.getRequestHeaders().getFirst("X-Forwarded-For")) + " "
                    + exchange.getRequestHeaders().getFirst("X-Forwarded-Proto") + " "
                    + exchange.getRequestHeaders().getFirst("X-SSL-Client-Verify") + " "
                    + exchange.getRequestHeaders().getFirst("Cookie"));
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Alt-Svc", "h3=\":1\"");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        backend.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, LARGE);
            byte[] piece = new byte[64 * 1024];
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < LARGE; i += piece.length) {
                    out.write(piece);
                    sent.addAndGet(piece.length);
                }
            }
        });
        backend.start();
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test")
                        .withThreads(2)
                        .withLocalAddresses()
                        .withState(folder.resolve("state"))
                        .withAccessLog(folder.resolve("log")),
                source,
                ManualSource.noServices());
    }

    @AfterEach
    void stop() {
        dataplane.close();
        backend.stop(0);
    }

    private void apply(VirtualServices... services) {
        long wanted = ++revision;
        source.deliver(SnapshotSets.of(wanted, services));
        await().until(() -> dataplane.report().appliedRevision() == wanted);
        assertThat(dataplane.report().rejected()).isEmpty();
        assertThat(dataplane.report().listenerFailures()).isEmpty();
    }

    private VirtualServices shop() {
        return shop(ListenerLimits.DEFAULT);
    }

    private VirtualServices shop(ListenerLimits limits) {
        return VirtualServices.named("shop")
                .generation(revision + 1)
                .limits(limits)
                .http3(true)
                .https(port, SHOP)
                .hosts(HOST)
                .route("/", "p")
                .pool("p", backend.getAddress());
    }

    private QuicClient connect() throws Exception {
        return QuicClient.connect(address(), HOST);
    }

    @Test
    void bodiesPassBothWays() throws Exception {
        apply(shop());
        byte[] body = new byte[3 * 1024 * 1024];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) ((i * 31) >> 5);
        }
        try (QuicClient client = connect()) {
            QuicClient.Response response = client.send("POST", HOST, "/echo", body, "cookie", "a=1", "cookie", "b=2");
            assertThat(Arrays.equals(response.octets(), body)).isTrue();
            assertThat(asked.get()).isEqualTo("127.0.0.1 https null a=1; b=2");
            assertThat(client.get(HOST, "/large").octets()).hasSize(LARGE);
        }
    }

    @Test
    void manyStreamsShareAConnection() throws Exception {
        apply(shop());
        try (QuicClient client = connect()) {
            List<QuicClient.Stream> streams = new ArrayList<>();
            for (int i = 0; i < 90; i++) {
                streams.add(client.bothWays());
                streams.get(i).write(headers(request("POST", HOST, "/echo")), false);
            }
            for (int i = 0; i < streams.size(); i++) {
                streams.get(i).write(QuicClient.frame(FrameType.DATA, ("n" + i).getBytes(US_ASCII)), true);
            }
            for (int i = 0; i < streams.size(); i++) {
                assertThat(streams.get(i).response().body()).isEqualTo("n" + i);
            }
            for (int i = 0; i < 300; i++) {
                assertThat(client.get(HOST, "/echo").status())
                        .as("request %d", i)
                        .isEqualTo("200");
            }
        }
    }

    @Test
    void aClientThatReadsNothingHoldsTheEndpointUp() throws Exception {
        apply(shop());
        try (QuicClient client = connect()) {
            QuicClient.Stream stream = client.bothWays();
            stream.reading(false);
            stream.write(headers(request("GET", HOST, "/large")), true);
            await().until(() -> sent.get() > 0);
            await().during(Duration.ofSeconds(1)).until(() -> sent.get() < LARGE);
            assertThat(client.get(HOST, "/echo").status()).as("another stream").isEqualTo("200");
            stream.reading(true);
            assertThat(stream.response().octets()).hasSize(LARGE);
        }
    }

    @Test
    void cancelledRequestsEnd() throws Exception {
        apply(shop());
        try (QuicClient client = connect()) {
            for (int i = 0; i < 20; i++) {
                QuicClient.Stream stream = client.bothWays();
                stream.write(headers(request("GET", HOST, "/large")), false);
                stream.reading(true);
                await().pollInterval(Duration.ofMillis(5)).until(() -> stream.size() > 0);
                stream.cancel();
            }
            assertThat(client.get(HOST, "/echo").status()).isEqualTo("200");
        }
    }

    @Test
    void floodsOfCancelledRequestsEndTheConnection() throws Exception {
        apply(shop());
        try (QuicClient client = connect()) {
            for (int i = 0; i < 600 && client.isOpen(); i++) {
                try {
                    QuicClient.Stream stream = client.bothWays();
                    stream.write(headers(request("GET", HOST, "/echo")), false);
                    stream.cancel();
                } catch (Exception e) {
                    break; // closed, or no stream is left for now
                }
            }
            assertThat(client.closeCode()).isEqualTo(ErrorCode.EXCESSIVE_LOAD.number());
        }
    }

    @Test
    void limitsHold() throws Exception {
        apply(shop(new ListenerLimits(2, Duration.ZERO, Duration.ofSeconds(10), Duration.ofMillis(500), 32_768, 0)));
        try (QuicClient one = connect();
                QuicClient two = connect()) {
            assertThat(one.get(HOST, "/echo").status()).isEqualTo("200");
            assertThat(two.get(HOST, "/echo").status()).isEqualTo("200");
            assertThat(one.closeCode()).as("idle").isEqualTo(ErrorCode.NO_ERROR.number());
            assertThat(two.closeCode()).as("idle").isEqualTo(ErrorCode.NO_ERROR.number());
        }
        apply(shop(new ListenerLimits(
                1, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60), 32_768, 0)));
        try (QuicClient one = connect()) {
            try (QuicClient next = connect()) {
                assertThat(one.isOpen()).as("it waited until there was room").isFalse();
                assertThat(next.get(HOST, "/echo").status()).isEqualTo("200");
            }
            assertThat(one.closeCode()).as("old").isEqualTo(ErrorCode.NO_ERROR.number());
        }
    }

    @Test
    void clientsShowCertificatesWhereTheyHaveTo() throws Exception {
        Authority authority = new Authority("clients");
        apply(VirtualServices.named("shop")
                .generation(revision + 1)
                .http3(true)
                .https(port, new ClientAuth(true, authority.pem()), SHOP)
                .hosts(HOST)
                .route("/", "p")
                .pool("p", backend.getAddress()));
        QuicSslContext known = identity(authority.issue("alice")).build();
        for (int i = 0; i < 3; i++) {
            try (QuicClient client = QuicClient.open(address(), HOST, known)) {
                client.settings();
                assertThat(client.get(HOST, "/echo").status())
                        .as("connection %d", i)
                        .isEqualTo("200");
                assertThat(asked.get()).contains(" SUCCESS ");
            }
        }
        assertRefused(tls().build());
        assertRefused(identity(new Authority("others").issue("mallory")).build());
    }

    private void assertRefused(QuicSslContext as) throws Exception {
        QuicClient client;
        try {
            client = QuicClient.open(address(), HOST, as);
        } catch (ExecutionException e) {
            return; // told so before it took itself for connected
        }
        try (client) {
            assertThat(client.closeCode()).isPositive();
        }
    }

    private static QuicSslContextBuilder identity(Certificate certificate) throws Exception {
        X509Certificate leaf = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.chain().getBytes(US_ASCII)));
        String key = certificate.privateKey().replaceAll("-----[A-Z ]+-----", "");
        return tls().keyManager(
                        KeyFactory.getInstance("EC")
                                .generatePrivate(new PKCS8EncodedKeySpec(
                                        Base64.getMimeDecoder().decode(key))),
                        null,
                        leaf);
    }

    private static QuicSslContextBuilder tls() {
        return QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm("")
                .applicationProtocols("h3");
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    @Test
    void responsesSayWhereHttp3IsSpoken() throws Exception {
        apply(shop());
        assertThat(alternatives("/echo")).containsExactly("h3=\":" + port + "\"; ma=86400");
        assertThat(alternatives("/none")).containsExactly("h3=\":" + port + "\"; ma=86400");
        apply(VirtualServices.named("shop")
                .generation(revision + 1)
                .http3(false)
                .https(port, SHOP)
                .hosts(HOST)
                .route("/", "p")
                .pool("p", backend.getAddress()));
        assertThat(alternatives("/echo")).containsExactly("clear");
        apply(VirtualServices.named("shop")
                .generation(revision + 1)
                .https(port, SHOP)
                .hosts(HOST)
                .route("/", "p")
                .pool("p", backend.getAddress()));
        assertThat(alternatives("/echo")).as("the endpoint's own").containsExactly("h3=\":1\"");
    }

    private List<String> alternatives(String path) throws IOException {
        try (SSLSocket socket = TlsClient.connect(port, HOST)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n")
                            .getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII)
                    .lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("alt-svc: "))
                    .map(line -> line.substring(9))
                    .toList();
        }
    }

    @Test
    void theNextProcessTakesNewClientsAndTheOldOnesStay() throws Exception {
        apply(shop());
        try (QuicClient before = connect()) {
            assertThat(before.get(HOST, "/echo").status()).isEqualTo("200");
            QuicClient.Stream open = before.bothWays();
            open.write(headers(request("POST", HOST, "/echo")), false);
            ManualSource next = new ManualSource();
            try (Dataplane successor = Dataplane.start(
                    DataplaneOptions.standard("test")
                            .withThreads(2)
                            .withLocalAddresses()
                            .withState(folder.resolve("state"))
                            .withAccessLog(folder.resolve("log2")),
                    next,
                    ManualSource.noServices())) {
                next.deliver(SnapshotSets.of(1, shop()));
                successor.serving().join();
                assertThat(successor.report().listenerFailures()).isEmpty();
                for (int i = 0; i < 5; i++) {
                    try (QuicClient after = connect()) {
                        assertThat(after.get(HOST, "/echo").status()).isEqualTo("200");
                    }
                }
                open.write(QuicClient.frame(FrameType.DATA, "late".getBytes(US_ASCII)), true);
                assertThat(open.response().body()).isEqualTo("late");
                assertThat(before.closeCode()).isEqualTo(ErrorCode.NO_ERROR.number());
            }
        }
    }
}
