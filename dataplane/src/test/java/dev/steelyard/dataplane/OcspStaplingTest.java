package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.OcspStaple;
import dev.steelyard.testing.OpenSslAuthority;
import dev.steelyard.testing.OpenSslAuthority.Issued;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What authorities say of certificates, as {@code openssl s_client -status} gets it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class OcspStaplingTest {

    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    private static Path folder;

    private static OpenSslAuthority authority;
    private static Issued rsa;
    private static Issued elliptic;

    private final ManualSource source = new ManualSource();
    private final RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    private Dataplane node;
    private long revision;

    @BeforeAll
    static void issue() {
        authority = new OpenSslAuthority(folder);
        rsa = authority.issue("x.example", false);
        elliptic = authority.issue("x.example", true);
    }

    @BeforeEach
    void start() throws IOException {
        node = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                source,
                ManualSource.noServices());
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    private static Certificate bare(Issued issued) {
        return new Certificate("shop/" + issued.file(), issued.chain(), issued.key());
    }

    private static Certificate stapled(Issued issued, int days, Duration life) {
        String response = Base64.getEncoder()
                .encodeToString(authority.ocspResponse(issued, false, "-ndays", String.valueOf(days)));
        return new Certificate(
                "shop/" + issued.file(),
                issued.chain(),
                issued.key(),
                Optional.of(new OcspStaple(response, Instant.now().plus(life))));
    }

    private int showing(Certificate... certificates) {
        source.deliver(SnapshotSets.of(
                ++revision,
                VirtualServices.named("web")
                        .generation(revision)
                        .https(0, certificates)
                        .route("/", "p")
                        .pool("p", server.address())));
        await().until(() -> !node.ports().isEmpty());
        return node.ports().values().iterator().next();
    }

    private static String ask(int port, String version, String... options) throws Exception {
        String printed =
                new OpenSslClient(port, version).with("-status").with(options).get("x.example", "x.example");
        assertThat(printed).contains("HTTP/1.1 200 OK");
        return printed;
    }

    private static void shows(String printed, Issued issued) {
        assertThat(printed)
                .contains(
                        "OCSP Response Status: successful",
                        "Cert Status: good",
                        "Serial Number: " + issued.serial().toUpperCase(Locale.ROOT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void eachOfTwoCertificatesHasItsOwn(String version) throws Exception {
        int port = showing(stapled(rsa, 7, WEEK), stapled(elliptic, 7, WEEK));
        shows(ask(port, version, "-sigalgs", "ECDSA+SHA256"), elliptic);
        shows(ask(port, version, "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"), rsa);
        shows(ask(port, version), elliptic);
        assertThat(new OpenSslClient(port, version).get("x.example", "x.example"))
                .contains("HTTP/1.1 200 OK")
                .doesNotContain("OCSP Response Status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void oneOfTwoHasNone(String version) throws Exception {
        int port = showing(bare(rsa), stapled(elliptic, 7, WEEK));
        shows(ask(port, version, "-sigalgs", "ECDSA+SHA256"), elliptic);
        assertThat(ask(port, version, "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256"))
                .contains("OCSP response: no response sent");
    }

    @Test
    void noneIsShownOnceItHasEnded() throws Exception {
        int port = showing(stapled(rsa, 7, Duration.ofSeconds(-1)));
        assertThat(ask(port, "TLSv1.3")).contains("OCSP response: no response sent");
    }

    /** New connections get what is new; open ones are not touched. */
    @Test
    void aRenewedOneIsTakenUp() throws Exception {
        int port = showing(stapled(rsa, 7, WEEK));
        String before = nextUpdate(ask(port, "TLSv1.3"));
        try (SSLSocket socket = TlsClient.connect(port, "x.example");
                HttpConnection open = new HttpConnection(socket)) {
            assertThat(open.get("x.example", "/").body()).isEqualTo("ok");
            showing(stapled(rsa, 9, WEEK));
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(
                            () -> assertThat(nextUpdate(ask(port, "TLSv1.3"))).isNotEqualTo(before));
            assertThat(open.get("x.example", "/").body()).isEqualTo("ok");
            showing(bare(rsa));
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(ask(port, "TLSv1.3")).contains("OCSP response: no response sent"));
            assertThat(open.get("x.example", "/").body()).isEqualTo("ok");
        }
    }

    private static String nextUpdate(String printed) {
        return printed.lines()
                .filter(line -> line.strip().startsWith("Next Update:"))
                .findFirst()
                .orElse("");
    }
}
