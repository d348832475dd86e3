package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tls.TicketKeys;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ListenerTls.ClientAuth;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of clients and sessions that are resumed, seen by openssl, on one node and on several. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ClientCertificatesTest {

    private static final Authority CLIENTS = new Authority("clients-ca");
    private static final Certificate OPEN = Certificates.forNames("open", "open.example");
    private static final Certificate CLOSED = Certificates.forNames("closed", "closed.example");
    private static final Certificate ASKING = Certificates.forNames("asking", "asking.example");

    @TempDir
    private Path folder;

    private final List<Dataplane> nodes = new ArrayList<>();
    private HttpServer echo;

    @BeforeEach
    void start() throws IOException {
        echo = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 50);
        echo.createContext("/", exchange -> {
            StringBuilder heads = new StringBuilder();
            new TreeMap<>(exchange.getRequestHeaders())
                    .forEach((name, values) ->
                            values.forEach(value -> heads.append("saw " + name + "=" + value + "\n")));
            byte[] body = heads.toString().getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        echo.start();
        write("alice", CLIENTS.issue("alice", "alice.example"));
        write("mallory", new Authority("another-ca").issue("mallory", "m.example"));
        write("old", CLIENTS.issue(Algorithm.ecp256, Instant.now().minus(Duration.ofDays(1)), "old", "old.example"));
    }

    @AfterEach
    void stop() {
        nodes.forEach(Dataplane::close);
        echo.stop(0);
    }

    private void write(String name, Certificate certificate) throws IOException {
        Files.writeString(folder.resolve(name + ".crt"), certificate.chain());
        Files.writeString(folder.resolve(name + ".key"), certificate.privateKey());
    }

    private int node(Optional<TicketKeys> keys) throws IOException {
        ManualSource source = new ManualSource();
        Dataplane node = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                source,
                ManualSource.noServices());
        nodes.add(node);
        SnapshotSet set = SnapshotSets.of(
                1,
                service("open").https(0, OPEN).hosts("open.example"),
                service("closed")
                        .https(0, new ClientAuth(true, CLIENTS.pem()), CLOSED)
                        .hosts("closed.example"),
                service("asking")
                        .https(0, new ClientAuth(false, CLIENTS.pem()), ASKING)
                        .hosts("asking.example"));
        source.deliver(set.with(keys));
        ListenerKey key = new ListenerKey("127.0.0.1", 0);
        await().until(() -> node.ports().containsKey(key));
        return Objects.requireNonNull(node.ports().get(key));
    }

    private VirtualServices service(String name) {
        return VirtualServices.named(name).route("/", name).pool(name, echo.getAddress());
    }

    private OpenSslClient client(int port, String version) {
        return new OpenSslClient(port, version);
    }

    private OpenSslClient client(int port, String version, String shown) {
        return client(port, version).showing(folder.resolve(shown + ".crt"), folder.resolve(shown + ".key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whoMustShowACertificateIsServedWithAValidOneAlone(String version) throws Exception {
        int port = node(Optional.empty());
        assertThat(client(port, version, "alice").get("closed.example", "closed.example"))
                .contains("HTTP/1.1 200")
                .contains("saw X-ssl-client-verify=SUCCESS\n")
                .contains("saw X-ssl-client-subject=CN=alice\n")
                .contains("saw X-ssl-client-issuer=CN=clients-ca\n")
                .containsPattern("saw X-ssl-client-serial=[0-9A-F]+\n")
                .containsPattern("saw X-ssl-client-fingerprint=[0-9a-f]{64}\n")
                .containsPattern("saw Client-cert=:[A-Za-z0-9+/=]+:\n");
        for (OpenSslClient refused :
                List.of(client(port, version), client(port, version, "mallory"), client(port, version, "old"))) {
            assertThat(refused.get("closed.example", "closed.example"))
                    .contains("alert")
                    .doesNotContain("HTTP/1.1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whoMayShowACertificateNeedNot(String version) throws Exception {
        int port = node(Optional.empty());
        assertThat(client(port, version, "alice").get("asking.example", "asking.example"))
                .contains("saw X-ssl-client-verify=SUCCESS\n");
        assertThat(client(port, version).get("asking.example", "asking.example"))
                .contains("saw X-ssl-client-verify=NONE\n")
                .doesNotContain("saw X-ssl-client-subject")
                .doesNotContain("saw Client-cert");
        assertThat(client(port, version, "mallory").get("asking.example", "asking.example"))
                .contains("alert")
                .doesNotContain("HTTP/1.1");
    }

    @Test
    void whatClientsClaimOfCertificatesIsRemovedEverywhere() throws Exception {
        int port = node(Optional.empty());
        String[] claims = {
            "X-SSL-Client-Verify: SUCCESS",
            "x-ssl-client-SUBJECT: CN=root",
            "X_SSL_Client_Verify: SUCCESS",
            "X-Ssl-Client-Whatever: yes",
            "Client-Cert: :AAAA:",
            "client_cert: :AAAA:",
            "Client-Cert-Chain: :AAAA:",
            "X-Else: kept"
        };
        assertThat(client(port, "TLSv1.3").get("open.example", "open.example", claims))
                .contains("saw X-else=kept")
                .doesNotContainIgnoringCase("saw x-ssl-client")
                .doesNotContainIgnoringCase("saw x_ssl")
                .doesNotContainIgnoringCase("saw client");
        assertThat(client(port, "TLSv1.3").get("asking.example", "asking.example", claims))
                .contains("saw X-ssl-client-verify=NONE")
                .doesNotContain("SUCCESS")
                .doesNotContainIgnoringCase("saw client");
    }

    @Test
    void aConnectionOfOneNameServesNoOther() throws Exception {
        int port = node(Optional.empty());
        assertThat(client(port, "TLSv1.3").get("open.example", "closed.example"))
                .contains("HTTP/1.1 421");
        assertThat(client(port, "TLSv1.3").get("asking.example", "closed.example"))
                .contains("HTTP/1.1 421");
        assertThat(client(port, "TLSv1.3", "alice").get("closed.example", "asking.example"))
                .contains("HTTP/1.1 421");
        assertThat(client(port, "TLSv1.3").get("unknown.example", "closed.example"))
                .contains("HTTP/1.1 421");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void nodesThatShareKeysResumeEachOthersSessions(String version) throws Exception {
        TicketKeys shared = TicketKeys.random();
        int first = node(Optional.of(shared));
        int second = node(Optional.of(shared.successor()));
        int stranger = node(Optional.empty());
        for (String name : List.of("open.example", "closed.example", "asking.example")) {
            Path session = folder.resolve(name + version);
            assertThat(client(first, version, "alice")
                            .with("-sess_out", session.toString())
                            .get(name, name))
                    .contains("New, " + version)
                    .contains("HTTP/1.1 200");
            for (int port : List.of(first, second)) {
                String resumed = client(port, version)
                        .with("-sess_in", session.toString())
                        .get(name, name);
                assertThat(resumed).contains("Reused, " + version).contains("HTTP/1.1 200");
                if (!name.equals("open.example")) {
                    assertThat(resumed)
                            .contains("saw X-ssl-client-verify=SUCCESS\n")
                            .contains("saw X-ssl-client-subject=CN=alice\n");
                }
            }
            assertThat(client(stranger, version, "alice")
                            .with("-sess_in", session.toString())
                            .get(name, name))
                    .contains("New, " + version);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionOfOneNameOpensNoOther(String version) throws Exception {
        int port = node(Optional.of(TicketKeys.random()));
        Path session = folder.resolve("open" + version);
        assertThat(client(port, version).with("-sess_out", session.toString()).get("open.example", "open.example"))
                .contains("HTTP/1.1 200");
        assertThat(client(port, version).with("-sess_in", session.toString()).get("closed.example", "closed.example"))
                .doesNotContain("Reused")
                .doesNotContain("HTTP/1.1")
                .contains("alert");
        Path asking = folder.resolve("asking" + version);
        assertThat(client(port, version).with("-sess_out", asking.toString()).get("asking.example", "asking.example"))
                .contains("saw X-ssl-client-verify=NONE\n");
        assertThat(client(port, version).with("-sess_in", asking.toString()).get("asking.example", "asking.example"))
                .contains("Reused, " + version)
                .contains("saw X-ssl-client-verify=NONE\n");
        assertThat(client(port, version).with("-sess_in", asking.toString()).get("closed.example", "closed.example"))
                .doesNotContain("HTTP/1.1");
    }
}
