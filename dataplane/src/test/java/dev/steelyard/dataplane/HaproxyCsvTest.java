package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HAProxy's CSV, read by what reads HAProxy's. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class HaproxyCsvTest {

    private static final String FRONTEND = "shop/web FRONTEND";
    private static final String BACKEND = "shop/blue BACKEND";

    private final HttpBackend one = new HttpBackend("one");
    private final InetSocketAddress nobody = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FreePort.next());
    private AdminNode node;

    @BeforeEach
    void start() throws IOException {
        node = new AdminNode();
    }

    @AfterEach
    void stop() throws IOException {
        node.close();
        one.close();
    }

    private static Map<String, String> required(Map<String, Map<String, String>> rows, String name) {
        return requireNonNull(rows.get(name), name);
    }

    private static int number(Map<String, Map<String, String>> rows, String name, String column) {
        return Integer.parseInt(requireNonNull(required(rows, name).get(column), column));
    }

    private static String row(InetSocketAddress endpoint) {
        return "shop/blue 127.0.0.1:" + endpoint.getPort();
    }

    private void awaitStatus(InetSocketAddress endpoint, String status) {
        await().untilAsserted(() ->
                assertThat(required(node.csv(), row(endpoint)).get("status")).isEqualTo(status));
    }

    @Test
    void hasTheColumnsOfRealHaproxy(@TempDir Path folder) throws Exception {
        node.serve(one.address());
        int port = FreePort.next();
        String sections = "listen stats\n  bind 127.0.0.1:" + port + "\n  stats enable\n  stats uri /stats\n";
        try (HaproxyServer _ = new HaproxyServer(folder, sections, port);
                InputStream real = URI.create("http://127.0.0.1:" + port + "/stats;csv")
                        .toURL()
                        .openStream()) {
            String theirs = new String(real.readAllBytes(), StandardCharsets.UTF_8);
            List<String> ours = node.get("/stats;csv").lines().toList();
            assertThat(ours.getFirst()).isEqualTo(theirs.lines().findFirst().orElseThrow());
            long columns = ours.getFirst().chars().filter(c -> c == ',').count();
            assertThat(ours)
                    .hasSize(4)
                    .allMatch(line -> line.chars().filter(c -> c == ',').count() == columns);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/;csv",
                "/stats;csv",
                "/stats;csv;norefresh",
                "/haproxy?stats;csv",
                "/haproxy?stats;csv;norefresh"
            })
    void isThereInEverySpelling(String path) throws Exception {
        assertThat(node.get(path)).startsWith("# pxname,svname,");
    }

    @Test
    void countsWhatHappens() throws Exception {
        node.serve(one.address(), nobody);
        awaitStatus(one.address(), "UP");
        awaitStatus(nobody, "DOWN");
        try (HttpConnection client = HttpConnection.to(node.port())) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("any", "/").body()).isEqualTo("one");
            }
        }
        await().untilAsserted(() -> assertThat(required(node.csv(), BACKEND)).containsEntry("hrsp_2xx", "5"));
        Map<String, Map<String, String>> rows = node.csv();
        assertThat(required(rows, FRONTEND))
                .containsEntry("status", "OPEN")
                .containsEntry("type", "0")
                .containsEntry("mode", "http")
                .containsEntry("stot", "1")
                .containsEntry("req_tot", "5")
                .containsEntry("hrsp_2xx", "5")
                .containsEntry("hrsp_5xx", "0")
                .containsEntry("ereq", "0");
        assertThat(number(rows, FRONTEND, "bin")).isPositive();
        await().untilAsserted(() ->
                assertThat(number(node.csv(), FRONTEND, "req_rate_max")).isPositive());
        assertThat(required(rows, row(one.address())))
                .containsEntry("type", "2")
                .containsEntry("status", "UP")
                .containsEntry("check_status", "L4OK")
                .containsEntry("stot", "5")
                .containsEntry("lbtot", "5")
                .containsEntry("connect", "1")
                .containsEntry("hrsp_2xx", "5")
                .containsEntry("act", "1")
                .containsEntry("weight", "1")
                .containsEntry("chkdown", "0")
                .containsEntry("bout", String.valueOf(number(rows, FRONTEND, "bout")));
        assertThat(required(rows, row(nobody)))
                .containsEntry("status", "DOWN")
                .containsEntry("check_status", "L4CON")
                .containsEntry("chkdown", "1")
                .containsEntry("stot", "0");
        assertThat(number(rows, row(nobody), "chkfail")).isPositive();
        assertThat(required(rows, BACKEND))
                .containsEntry("type", "1")
                .containsEntry("status", "UP")
                .containsEntry("act", "1")
                .containsEntry("weight", "1")
                .containsEntry("stot", "5");
    }

    @Test
    void nagiosTellsUpFromDown() throws Exception {
        node.serve(one.address());
        awaitStatus(one.address(), "UP");
        Check up = nagios();
        assertThat(up.exitCode()).as(up.output()).isZero();
        assertThat(up.output()).contains("shop/blue (Active: 1/1)");
        node.serve(one.address(), nobody);
        awaitStatus(nobody, "DOWN");
        Check down = nagios();
        assertThat(down.exitCode()).as(down.output()).isEqualTo(2);
        assertThat(down.output()).contains("'127.0.0.1:" + nobody.getPort() + "' is DOWN on 'shop/blue' proxy");
    }

    private record Check(int exitCode, String output) {}

    /** The check of Debian's monitoring-plugins-contrib. */
    private Check nagios() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/usr/lib/nagios/plugins/check_haproxy", "-u", node.admin("/stats;csv"))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Check(process.waitFor(), output);
    }

    /** What Zabbix' template "HAProxy by HTTP" takes from each kind of row; numbers, where it computes with them. */
    @Test
    void zabbixFindsItsFields() throws Exception {
        List<String> everywhere = List.of("bin", "bout", "hrsp_1xx", "hrsp_2xx", "hrsp_3xx", "hrsp_4xx", "hrsp_5xx");
        List<String> servers = List.of(
                "rtime", "econ", "dresp", "eresp", "qcur", "qtime", "wredis", "wretr", "act", "bck", "stot", "weight");
        node.serve(one.address());
        awaitStatus(one.address(), "UP");
        Map<String, Map<String, String>> rows = node.csv();
        for (Map<String, String> row : rows.values()) {
            assertNumbers(row, everywhere);
            assertThat(row.get("status")).isIn("OPEN", "UP");
        }
        assertNumbers(required(rows, FRONTEND), List.of("req_rate", "rate", "scur", "ereq", "dreq"));
        assertNumbers(required(rows, BACKEND), servers);
        assertNumbers(required(rows, row(one.address())), servers);
        assertNumbers(required(rows, row(one.address())), List.of("lbtot"));
        assertThat(required(rows, row(one.address())))
                .containsKeys("slim", "qlimit")
                .containsEntry("check_status", "L4OK");
    }

    private static void assertNumbers(Map<String, String> row, List<String> columns) {
        assertThat(columns)
                .allSatisfy(column -> assertThat(row.get(column)).as(column).matches("\\d+"));
    }
}
