package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.Certificate;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HTTP/3 through the whole, over real sockets. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class Http3Test {

    private static final Certificate SHOP = Certificates.forNames("shop", "shop.example");
    private static final Certificate BLOG = Certificates.forNames("blog", "blog.example");

    private final ManualSource source = new ManualSource();
    private final HttpBackend backend = new HttpBackend("one");
    private final int port = FreePort.next();
    private Dataplane dataplane;
    private long revision;

    @BeforeEach
    void start() throws IOException {
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(2).withLocalAddresses(),
                source,
                ManualSource.noServices());
    }

    @AfterEach
    void stop() throws IOException {
        dataplane.close();
        backend.close();
    }

    private void apply(VirtualServices... services) {
        long wanted = ++revision;
        source.deliver(SnapshotSets.of(wanted, services));
        await().until(() -> dataplane.report().appliedRevision() == wanted);
        assertThat(dataplane.report().rejected()).isEmpty();
    }

    private VirtualServices shop() {
        return VirtualServices.named("shop")
                .generation(revision + 1)
                .http3(true)
                .https(port, SHOP)
                .hosts("shop.example")
                .route("/", "p")
                .pool("p", backend.address());
    }

    private InetSocketAddress address(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private QuicClient connect(String name) throws Exception {
        return QuicClient.connect(address("127.0.0.1"), name);
    }

    @Test
    void requestsAreServed() throws Exception {
        apply(shop());
        assertThat(dataplane.report().listenerFailures()).isEmpty();
        try (QuicClient client = connect("shop.example")) {
            for (int i = 0; i < 20; i++) {
                QuicClient.Response response = client.get("shop.example", "/");
                assertThat(response.status()).isEqualTo("200");
                assertThat(response.body()).isEqualTo("one");
            }
            assertThat(client.isOpen()).isTrue();
        }
    }

    @Test
    void theCertificateIsChosenByName() throws Exception {
        apply(
                shop(),
                VirtualServices.named("blog")
                        .generation(1)
                        .http3(true)
                        .https(port, BLOG)
                        .hosts("blog.example")
                        .route("/", "p")
                        .pool("p", backend.address()));
        for (String name : List.of("shop.example", "blog.example")) {
            try (QuicClient client = connect(name)) {
                assertThat(client.certificate().getSubjectX500Principal().getName())
                        .contains(name.substring(0, 4));
                assertThat(client.get(name, "/").status()).isEqualTo("200");
            }
        }
        try (QuicClient client = connect("blog.example")) {
            assertThat(client.get("shop.example", "/").status()).isEqualTo("421");
        }
    }

    @Test
    void connectionsSurviveEditsAndNewCertificates() throws Exception {
        apply(shop());
        List<QuicClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                clients.add(connect("shop.example"));
            }
            Certificate renewed = Certificates.forNames("renewed", "shop.example");
            for (int edit = 0; edit < 5; edit++) {
                VirtualServices changed = VirtualServices.named("shop")
                        .generation(revision + 1)
                        .http3(true)
                        .https(port, edit % 2 == 0 ? renewed : SHOP)
                        .hosts("shop.example")
                        .route("/", "p")
                        .pool("p", backend.address());
                apply(changed);
                for (QuicClient client : clients) {
                    assertThat(client.get("shop.example", "/").status()).isEqualTo("200");
                }
            }
            try (QuicClient client = connect("shop.example")) {
                assertThat(client.certificate().getSubjectX500Principal().getName())
                        .contains("renewed");
            }
        } finally {
            clients.forEach(QuicClient::close);
        }
    }

    @Test
    void answersComeFromTheAddressThatTheClientSentTo() throws Exception {
        apply(VirtualServices.named("shop")
                .on()
                .generation(revision + 1)
                .http3(true)
                .https(port, SHOP)
                .hosts("shop.example")
                .route("/", "p")
                .pool("p", backend.address()));
        for (String host : List.of("127.0.0.9", "127.0.0.1", "127.0.0.23", "127.0.0.9")) {
            for (int i = 0; i < 4; i++) {
                try (QuicClient client = QuicClient.connect(address(host), "shop.example")) {
                    assertThat(client.get("shop.example", "/").body()).isEqualTo("one");
                }
            }
        }
    }

    @Test
    void aListenerThatIsGoneEndsItsConnections() throws Exception {
        apply(shop());
        try (QuicClient client = connect("shop.example")) {
            assertThat(client.get("shop.example", "/").status()).isEqualTo("200");
            apply(VirtualServices.named("shop")
                    .generation(revision + 1)
                    .https(port, SHOP)
                    .hosts("shop.example")
                    .route("/", "p")
                    .pool("p", backend.address()));
            assertThat(client.closeCode()).isEqualTo(0x100);
        }
        assertThatThrownBy(() -> connect("shop.example")).isInstanceOf(Exception.class);
    }
}
