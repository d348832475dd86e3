package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.testing.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTP/3 and the ways to it: clients that move, many at once, a port that is taken, a platform without QUIC. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class Http3PathTest {

    private static final String HOST = "shop.example";
    private static final Certificate SHOP = Certificates.forNames("shop", HOST);
    private static final int HANDSHAKES_UNASKED = 64;
    private static final int H3_NO_ERROR = 0x100;

    /** RFC 9000 section 17.2.5: long header, type 3. */
    private static final int RETRY = 0xf0;

    private final ManualSource source = new ManualSource();
    private final HttpBackend backend = new HttpBackend("one");
    private final int port = FreePort.next();
    private Dataplane dataplane;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws IOException {
        dataplane = started(2);
    }

    @AfterEach
    void stop() throws IOException {
        dataplane.close();
        backend.close();
    }

    private Dataplane started(int threads) throws IOException {
        return Dataplane.start(
                DataplaneOptions.standard("test").withThreads(threads).withLocalAddresses(),
                source,
                ManualSource.noServices());
    }

    private void serve() {
        source.deliver(SnapshotSets.of(1, service(port, backend.address())));
        await().until(() -> dataplane.report().appliedRevision() == 1);
    }

    static VirtualServices service(int port, InetSocketAddress endpoint) {
        return VirtualServices.named("shop")
                .generation(1)
                .http3(true)
                .https(port, SHOP)
                .hosts(HOST)
                .route("/", "p")
                .pool("p", endpoint);
    }

    private InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private void assertServed(QuicClient client) throws Exception {
        QuicClient.Response response = client.get(HOST, "/");
        assertThat(response.status()).isEqualTo("200");
        assertThat(response.body()).isEqualTo("one");
    }

    @Test
    void aClientMayMoveToAnotherPortAndAnotherAddress() throws Exception {
        serve();
        try (AddressTranslator between = new AddressTranslator(address());
                QuicClient client = QuicClient.connect(between.address(), HOST)) {
            assertServed(client);
            // Of many ports some are dealt to the other loop than the one that the connection is on.
            for (int last : new int[] {1, 2, 1, 3, 3, 1}) {
                between.moveTo("127.0.0." + last);
                assertServed(client);
                assertServed(client);
            }
            assertThat(client.isOpen()).isTrue();
            // A client that moves on and on is asked to begin anew before it is lost.
            between.moveTo("127.0.0.4");
            assertServed(client);
            assertThat(client.closeCode()).isEqualTo(H3_NO_ERROR);
        }
    }

    @Test
    void withManyHandshakesUnderWayClientsShowWhereTheyAre() throws Exception {
        dataplane.close();
        dataplane = started(1);
        serve();
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            for (int i = 0; i < HANDSHAKES_UNASKED + 4; i++) {
                AddressTranslator deaf = new AddressTranslator(address()).silent();
                opened.add(deaf);
                opened.add(QuicClient.knock(deaf.address(), HOST));
                await().until(() -> !deaf.firstOctets().isEmpty());
            }
            try (AddressTranslator between = new AddressTranslator(address());
                    QuicClient client = QuicClient.connect(between.address(), HOST)) {
                assertServed(client);
                assertThat(between.firstOctets().getFirst() & 0xf0).isEqualTo(RETRY);
            }
        } finally {
            for (AutoCloseable each : opened.reversed()) {
                each.close();
            }
        }
    }

    @Test
    void aUdpPortThatIsTakenLeavesTcpServed() throws Exception {
        try (DatagramSocket other = new DatagramSocket(port, InetAddress.ofLiteral("127.0.0.1"))) {
            serve();
            assertThat(other.isBound()).isTrue();
            assertThat(dataplane.report().listenerFailures())
                    .containsExactly(new ListenerFailure(
                            new ObjectKey("shop", "shop"),
                            "https-" + port,
                            "cannot listen on 127.0.0.1:" + port
                                    + "/udp: another program on this node does; stop it, or choose another port",
                            true));
            assertThat(overTcp()).startsWith("HTTP/1.1 200 ").doesNotContain("Alt-Svc");
        }
        await().until(() -> dataplane.report().listenerFailures().isEmpty());
        try (QuicClient client = QuicClient.connect(address(), HOST)) {
            assertServed(client);
        }
        assertThat(overTcp()).contains("Alt-Svc: h3=\":" + port + "\"");
    }

    private String overTcp() throws IOException {
        try (SSLSocket socket = TlsClient.connect(port, HOST)) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /** In a JVM of its own, from whose class path the native libraries of QUIC are left out. */
    @Test
    void withoutTheNativeLibraryTheListenerSaysSoAndTcpIsServed() throws Exception {
        int free = FreePort.next();
        String without = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("netty-codec-native-quic"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        without,
                        WithoutQuic.class.getName(),
                        Integer.toString(free),
                        Integer.toString(backend.address().getPort()))
                .redirectError(folder.resolve("errors").toFile())
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines())
                .contains(
                        "failure: http3 cannot serve HTTP/3 on 127.0.0.1:" + free
                                + "/udp: QUIC is not available on this node, which is to be Linux on x86-64 or ARM64",
                        "answer: HTTP/1.1 200 OK");
        assertThat(process.waitFor()).isZero();
    }
}
