package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.sni.Hellos;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS connections reach two servers of a real nginx by the names that their clients ask for, undeciphered. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PassThroughTest {

    private final ManualSource source = new ManualSource();
    private final int one = FreePort.next();
    private final int two = FreePort.next();
    private Process nginx;
    private Dataplane dataplane;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        nginx = nginx(folder);
        dataplane = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(2).withLocalAddresses(),
                source,
                ManualSource.noServices());
        apply(
                1,
                service("one", one).hosts("one.example.com"),
                service("two", two).hosts("*.example.com"));
        await().until(() -> listens(one) && listens(two));
    }

    private Process nginx(Path folder) throws IOException {
        StringBuilder servers = new StringBuilder();
        for (int port : new int[] {one, two}) {
            String name = port == one ? "one" : "two";
            Certificate certificate = Certificates.forNames(name, name + ".example.com");
            Files.writeString(folder.resolve(name + ".crt"), certificate.chain());
            Files.writeString(folder.resolve(name + ".key"), certificate.privateKey());
            servers.append("""
                    server {
                      listen 127.0.0.1:%d ssl; ssl_certificate DIR/%s.crt; ssl_certificate_key DIR/%s.key;
                      return 200 "%s $ssl_server_name";
                    }
                    """.formatted(port, name, name, name));
        }
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, """
                user root; daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d;
                  scgi_temp_path DIR/e;
                """.concat(servers + "}").replace("DIR", folder.toString()));
        return new ProcessBuilder("nginx", "-c", config.toString(), "-p", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    @AfterEach
    void stop() {
        dataplane.close();
        nginx.destroy();
        nginx.onExit().join();
    }

    @Test
    void eachNameReachesItsServer() throws IOException {
        assertThat(curl("one.example.com")).isEqualTo("one one.example.com");
        assertThat(curl("a.b.example.com")).isEqualTo("two a.b.example.com");
        try (SSLSocket socket = TlsClient.connect(port(), "ONE.example.com")) {
            assertThat(TlsClient.shown(socket)).isEqualTo("one");
        }
    }

    @Test
    void aConnectionGoesOnWhenTheNameMoves() throws IOException {
        try (SSLSocket socket = TlsClient.connect(port(), "one.example.com");
                HttpConnection client = new HttpConnection(socket)) {
            assertThat(client.get("one.example.com", "/").body()).isEqualTo("one one.example.com");
            apply(2, service("two", two).hosts("one.example.com"));
            assertThat(client.get("one.example.com", "/").body()).isEqualTo("one one.example.com");
            assertThat(curl("one.example.com")).isEqualTo("two one.example.com");
        }
    }

    @Test
    void whoAsksForNoKnownNameIsToldSo() throws IOException {
        assertThatThrownBy(() -> TlsClient.connect(port(), "example.org"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
        assertThatThrownBy(() -> TlsClient.connect(port(), ""))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
        assertThat(refused("unknown_server_name")).isEqualTo(2);
        apply(2, service("one", one).hosts("one.example.com"), service("two", two));
        for (String name : new String[] {"example.org", ""}) {
            try (SSLSocket socket = TlsClient.connect(port(), name)) {
                assertThat(TlsClient.shown(socket)).isEqualTo("two");
            }
        }
    }

    @Test
    void aHelloInPiecesIsPassedOnAsItIs() throws IOException {
        byte[] pieces = Hellos.inRecordsOf(7, Hellos.forName("one.example.com"));
        try (Socket socket = connect()) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(pieces, 0, 100);
            socket.getOutputStream().write(pieces, 100, pieces.length - 100);
            // ServerHello: nginx has understood it.
            assertThat(socket.getInputStream().readNBytes(6))
                    .startsWith(22, 3, 3)
                    .endsWith(2);
        }
    }

    @Test
    void whatIsNoHelloIsClosedAndCounted() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isNegative();
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write(Hellos.forName("one.example.com"), 0, 50);
            assertThat(socket.getInputStream().read()).isNegative();
        }
        assertThat(refused("hello_malformed")).isEqualTo(1);
        assertThat(refused("hello_timeout")).isEqualTo(1);
    }

    private double refused(String reason) {
        String series = "steelyard_connections_refused_total{listener=\"127.0.0.1:0\",reason=\"" + reason + "\"} ";
        return dataplane
                .meters()
                .scrape("text/plain")
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    private String curl(String name) throws IOException {
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sSk",
                        "--resolve",
                        name + ":" + port() + ":127.0.0.1",
                        "https://" + name + ":" + port())
                .redirectErrorStream(true)
                .start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private int port() {
        return requireNonNull(dataplane.ports().get(new ListenerKey("127.0.0.1", 0)));
    }

    private void apply(long revision, VirtualServices... services) {
        source.deliver(SnapshotSets.of(revision, services));
        await().until(() -> dataplane.report().appliedRevision() == revision);
        assertThat(dataplane.report().rejected()).isEmpty();
    }

    private static VirtualServices service(String name, int port) {
        ListenerLimits limits = new ListenerLimits(0, Duration.ZERO, Duration.ofSeconds(1), Duration.ZERO, 1024, 0);
        return VirtualServices.named(name)
                .limits(limits)
                .passThrough(0, name)
                .speaking(PoolProtocol.TCP)
                .pool(name, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
