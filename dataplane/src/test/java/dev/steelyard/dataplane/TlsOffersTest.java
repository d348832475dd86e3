package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.Member;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Protocols, ciphers, groups and signatures that clients may offer, and what they get, as kept in {@code tls-offers.txt}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TlsOffersTest {

    private static final String RENEGOTIATE = "RENEGOTIATE ";
    private static final Pattern ALERT = Pattern.compile("alert [a-z ]+");
    private static final Pattern SHOWN = Pattern.compile("subject=CN = (\\w+)");
    private static final Pattern AGREED = Pattern.compile("New, (TLSv1\\.\\d), Cipher is (\\S+)");

    private static Dataplane node;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        ManualSource source = new ManualSource();
        node = Dataplane.start(
                DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                source,
                ManualSource.noServices());
        Certificate rsa = Certificates.forNames(Algorithm.rsa2048, "rsa", "x.example");
        Certificate ec = Certificates.forNames("ec", "x.example");
        source.deliver(SnapshotSets.of(
                1,
                VirtualServices.named("web").https(0, rsa, ec).route("/", "web").pool("web", new Member[0])));
        ListenerKey key = new ListenerKey("127.0.0.1", 0);
        await().until(() -> node.ports().containsKey(key));
        port = Objects.requireNonNull(node.ports().get(key));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    static Stream<String> offers() throws IOException {
        try (BufferedReader table = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TlsOffersTest.class.getResourceAsStream("tls-offers.txt")),
                StandardCharsets.US_ASCII))) {
            return table.lines().filter(line -> !line.startsWith("#")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("offers")
    void getsWhatTheTableSays(String line) throws Exception {
        String[] row = line.split(" +=> ", 2);
        boolean again = row[0].startsWith(RENEGOTIATE);
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-servername", "x.example"));
        command.addAll(List.of((again ? row[0].substring(RENEGOTIATE.length()) : row[0]).split(" ")));
        Process client = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!again) {
            client.getOutputStream().close();
        }
        StringBuilder printed = new StringBuilder();
        try (BufferedReader out = client.inputReader(StandardCharsets.ISO_8859_1)) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                printed.append(text).append('\n');
                // The last line that it prints before it waits for what is typed.
                if (again && text.startsWith("    Extended master secret")) {
                    client.outputWriter().append("R\n").flush();
                }
            }
        }
        assertThat(client.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(outcome(printed.toString())).isEqualTo(row[1]);
    }

    private static String outcome(String printed) {
        Matcher alert = ALERT.matcher(printed);
        if (alert.find()) {
            return alert.group();
        }
        Matcher shown = SHOWN.matcher(printed);
        Matcher agreed = AGREED.matcher(printed);
        return shown.find() && agreed.find() ? shown.group(1) + " " + agreed.group(1) + " " + agreed.group(2) : printed;
    }
}
