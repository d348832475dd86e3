package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.HttpConnection.Answer;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerTls.TlsVersion;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole over real sockets: snapshots in, traffic through. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DataplaneTest {

    private final ManualSource source = new ManualSource();
    private final HttpBackend one = new HttpBackend("one");
    private final HttpBackend two = new HttpBackend("two");
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
        one.close();
        two.close();
    }

    @Test
    void twoHostsShareAPort() throws IOException {
        assertThat(dataplane.ready()).isFalse();
        apply(web("one", one).hosts("one.example.com"), web("two", two).hosts("*.two.example.com"));
        assertThat(dataplane.ready()).isTrue();
        try (HttpConnection client = HttpConnection.to(port("127.0.0.1"))) {
            assertThat(client.get("one.example.com", "/").body()).isEqualTo("one");
            assertThat(client.get("a.two.example.com", "/").body()).isEqualTo("two");
            assertThat(client.get("three.example.com", "/").status()).isEqualTo(404);
        }
    }

    @Test
    void eachServerNameIsShownItsCertificate() throws IOException {
        Certificate first = Certificates.forNames("first", "one.example.com");
        Certificate second = Certificates.forNames("second", "*.two.example.com");
        apply(
                routed("one", one).https(0, first).hosts("one.example.com"),
                routed("two", two).https(0, TlsVersion.TLS_1_3, second).hosts("a.two.example.com"));
        int port = port("127.0.0.1");
        try (SSLSocket socket = TlsClient.connect(port, "one.example.com", "TLSv1.2");
                HttpConnection client = new HttpConnection(socket)) {
            assertThat(TlsClient.shown(socket)).isEqualTo("first");
            assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.get("one.example.com", "/").body()).isEqualTo("one");
            assertThat(client.get("a.two.example.com", "/").status()).isEqualTo(421);
        }
        try (SSLSocket socket = TlsClient.connect(port, "A.two.example.com");
                HttpConnection client = new HttpConnection(socket)) {
            assertThat(TlsClient.shown(socket)).isEqualTo("second");
            assertThat(client.get("a.two.example.com", "/").body()).isEqualTo("two");
        }
        try (SSLSocket socket = TlsClient.connect(port, "")) {
            assertThat(TlsClient.shown(socket)).isEqualTo("first");
        }
        assertThatThrownBy(() -> TlsClient.connect(port, "a.two.example.com", "TLSv1.2"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void aTcpConnectionIsRelayed() throws IOException {
        apply(VirtualServices.named("relay").tcp(0, "p").pool("p", one.address()));
        try (HttpConnection client = HttpConnection.to(port("127.0.0.1"))) {
            assertThat(client.get("any", "/").body()).isEqualTo("one");
        }
    }

    @Test
    void aRangeOfPortsIsRelayedAsFarAsItCanBeBound() throws IOException {
        int port = range(4);
        VirtualServices ranged =
                VirtualServices.named("range").tcp(port, port + 3, "p").pool("p", one.address());
        try (ServerSocket other = new ServerSocket(port + 1, 1, InetAddress.ofLiteral("127.0.0.1"));
                ServerSocket another = new ServerSocket(port + 2, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            apply(ranged);
            assertThat(dataplane.report().listenerFailures())
                    .containsExactly(new ListenerFailure(
                            new ObjectKey("shop", "range"),
                            "tcp-" + port,
                            "cannot listen on 127.0.0.1:" + other.getLocalPort()
                                    + ": another program on this node does; stop it, or choose another port; and 1 more of"
                                    + " its ports"));
            assertThat(another.isBound()).isTrue();
            for (int each : new int[] {port, port + 3}) {
                try (HttpConnection client = HttpConnection.to(each)) {
                    assertThat(client.get("any", "/").body()).isEqualTo("one");
                }
            }
        }
        try (HttpConnection kept = HttpConnection.to(port)) {
            assertThat(kept.get("any", "/").body()).isEqualTo("one");
            apply(VirtualServices.named("range").tcp(port, port + 2, "p").pool("p", one.address()));
            assertThat(kept.get("any", "/").body()).isEqualTo("one");
            await().until(() -> dataplane.ports().size() == 3);
        }
    }

    /** The first of so many free ports. */
    private static int range(int ports) throws IOException {
        while (true) {
            int first = FreePort.next();
            if (first + ports < 65_535 && allFree(first, ports)) {
                return first;
            }
        }
    }

    private static boolean allFree(int first, int ports) {
        for (int port = first; port < first + ports; port++) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                probe.isBound();
            } catch (IOException e) {
                return false;
            }
        }
        return true;
    }

    @Test
    void hundredsOfEditionsUnderLoadFailNoRequest() throws Exception {
        Certificate[] certificates = {
            Certificates.forNames("c0", "s.example.com"), Certificates.forNames("c1", "s.example.com")
        };
        change(0, certificates);
        int http = port("127.0.0.1");
        int https = port("127.0.0.2");
        int tcp = port("127.0.0.3");
        try (Load load = new Load()) {
            Load.Exchange exchange =
                    connection -> connection.get("w.example.com", "/").status() == 200;
            Load.Exchange secure =
                    connection -> connection.get("s.example.com", "/").status() == 200;
            load.client(1000, () -> HttpConnection.to(http), exchange)
                    .client(3, () -> HttpConnection.to(http), exchange)
                    .client(5, () -> new HttpConnection(tls(https)), secure)
                    .client(100, () -> new HttpConnection(tls(https)), secure)
                    .client(50, () -> HttpConnection.to(tcp), exchange);
            for (int i = 1; i <= 400; i++) {
                change(i, certificates);
            }
            long before = load.served();
            await().until(() -> load.served() > before + 100);
            assertThat(load.failed()).isEmpty();
        }
        assertThat(dataplane.report().rejected()).isEmpty();
        assertThat(port("127.0.0.1")).isEqualTo(http);
        await().untilAsserted(() -> {
            System.gc();
            assertThat(dataplane.meters().scrape("text/plain")).contains("\nsteelyard_editions_live 1.0\n");
        });
    }

    /** Changes routes, pools, certificates, the neighbours on the port, and the listeners beside it. */
    private void change(int i, Certificate... certificates) {
        HttpBackend backend = i % 3 == 0 ? one : two;
        VirtualServices neighbour = web("n" + i % 5, one).hosts("n" + i + ".example.com");
        apply(
                web("w", backend).hosts("w.example.com").generation(i),
                routed("s", backend)
                        .on("127.0.0.2")
                        .https(0, certificates[i % 2])
                        .hosts("s.example.com"),
                VirtualServices.named("t").on("127.0.0.3").tcp(0, "p").pool("p", backend.address()),
                neighbour.on("127.0.0." + (10 + i % 4)).http(0));
    }

    private static SSLSocket tls(int port) throws IOException {
        return TlsClient.connect(port, "s.example.com");
    }

    @Test
    void aRemovedListenerDrains() throws IOException {
        apply(web("one", one), web("two", two).on("127.0.0.2").http(0));
        int port = port("127.0.0.1");
        try (HttpConnection client = HttpConnection.to(port);
                HttpConnection silent = HttpConnection.to(port)) {
            assertThat(client.get("any", "/").closes()).isFalse();
            apply(routed("two", two).on("127.0.0.2").http(0));
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> HttpConnection.to(port)).isInstanceOf(ConnectException.class));
            Answer last = client.get("any", "/");
            assertThat(last).isEqualTo(new Answer(200, "one", true));
            assertThat(client.endsInOrder()).isTrue();
            assertThat(silent.get("any", "/")).isEqualTo(new Answer(200, "one", true));
        }
    }

    @Test
    void drainingUnderLoadLosesNoRequest() throws Exception {
        apply(web("one", one));
        int port = port("127.0.0.1");
        try (Load load = new Load()) {
            Load.Exchange exchange =
                    connection -> connection.get("any", "/").body().equals("one");
            for (int i = 0; i < 4; i++) {
                load.client(1_000_000, () -> HttpConnection.to(port), exchange)
                        .client(1, () -> HttpConnection.to(port), exchange);
            }
            await().until(() -> load.served() > 500);
            CompletableFuture<Void> drained = dataplane.drain(Duration.ofSeconds(20));
            drained.get(30, TimeUnit.SECONDS);
            load.awaitRefused();
            assertThat(load.failed()).isEmpty();
        }
        assertThat(dataplane.ready()).isFalse();
    }

    @Test
    void theDeadlineOfADrainClosesWhatIsOpen() throws Exception {
        apply(
                web("one", one),
                VirtualServices.named("t").on("127.0.0.2").tcp(0, "p").pool("p", one.address()));
        try (HttpConnection idle = HttpConnection.to(port("127.0.0.1"));
                HttpConnection relayed = HttpConnection.to("127.0.0.2", port("127.0.0.2"))) {
            assertThat(idle.get("any", "/").status()).isEqualTo(200);
            assertThat(relayed.get("any", "/").status()).isEqualTo(200);
            dataplane.drain(Duration.ofMillis(300)).get(10, TimeUnit.SECONDS);
            assertThat(idle.endsInOrder()).isTrue();
            assertThat(relayed.endsInOrder()).isTrue();
        }
    }

    @Test
    void anIndexOfAnOlderEpochIsRefused() throws IOException {
        source.deliver(SnapshotSets.of(5, 10, web("one", one)));
        await().until(() -> dataplane.report().appliedRevision() == 10);
        VirtualServices other = web("one", two);
        source.deliver(SnapshotSets.of(4, 11, other));
        await().until(() -> !dataplane.report().rejected().isEmpty());
        NodeReport report = dataplane.report();
        assertThat(report.epoch()).isEqualTo(5);
        assertThat(report.appliedRevision()).isEqualTo(10);
        assertThat(report.rejected())
                .extracting(Rejected::virtualService)
                .containsExactly(new ObjectKey("shop", "one"));
        try (HttpConnection client = HttpConnection.to(port("127.0.0.1"))) {
            assertThat(client.get("any", "/").body()).isEqualTo("one");
        }
        source.deliver(SnapshotSets.of(6, 12, other));
        await().until(() -> dataplane.report().appliedRevision() == 12);
        assertThat(dataplane.report().rejected()).isEmpty();
    }

    @Test
    void aBrokenSnapshotIsRefusedAndTheLastGoodServes() throws IOException {
        apply(web("one", one).hosts("one.example.com"), web("two", two).hosts("two.example.com"));
        apply(
                web("one", two).route("/x", "missing").hosts("one.example.com"),
                web("two", one).hosts("two.example.com"));
        assertThat(dataplane.report().rejected())
                .extracting(Rejected::reason)
                .containsExactly("pool shop/missing is not in the snapshot");
        try (HttpConnection client = HttpConnection.to(port("127.0.0.1"))) {
            assertThat(client.get("one.example.com", "/").body()).isEqualTo("one");
            assertThat(client.get("two.example.com", "/").body()).isEqualTo("one");
        }
    }

    @Test
    void aPortInUseIsReportedAndTakenOnceItIsFree() throws IOException {
        int port;
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = other.getLocalPort();
            apply(routed("busy", one).http(port), web("two", two).on("127.0.0.2"));
            assertThat(dataplane.report().listenerFailures())
                    .containsExactly(new ListenerFailure(
                            new ObjectKey("shop", "busy"),
                            "http-" + port,
                            "cannot listen on 127.0.0.1:" + port
                                    + ": another program on this node does; stop it, or choose another port"));
            assertThat(dataplane.ready()).isTrue();
        }
        await().until(() -> dataplane.report().listenerFailures().isEmpty());
        try (HttpConnection client = HttpConnection.to(port)) {
            assertThat(client.get("any", "/").body()).isEqualTo("one");
        }
    }

    @Test
    void whoAsksForReportsIsToldEachOnce() {
        Queue<Long> told = new ConcurrentLinkedQueue<>();
        dataplane.onReportChange(report -> told.add(report.appliedRevision()));
        apply(web("one", one));
        apply(web("one", two));
        await().untilAsserted(() -> assertThat(told).startsWith(0L).endsWith(2L).doesNotHaveDuplicates());
    }

    private static VirtualServices routed(String name, HttpBackend backend) {
        return VirtualServices.named(name).route("/", "p-" + name).pool("p-" + name, backend.address());
    }

    private static VirtualServices web(String name, HttpBackend backend) {
        return routed(name, backend).http(0);
    }

    private void apply(VirtualServices... services) {
        long next = ++revision;
        source.deliver(SnapshotSets.of(next, services));
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> dataplane.report().appliedRevision() == next);
    }

    private int port(String address) {
        return requireNonNull(dataplane.ports().get(new ListenerKey(address, 0)), address);
    }
}
