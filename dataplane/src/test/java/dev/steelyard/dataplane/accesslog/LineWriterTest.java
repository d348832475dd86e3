package dev.steelyard.dataplane.accesslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.AccessLog.Format;
import dev.steelyard.snapshot.LogField;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineWriterTest {

    private static final long STARTED =
            Instant.parse("2026-10-10T13:55:36.123Z").toEpochMilli();
    private static final ObjectMapper JSON = new ObjectMapper();

    private static AccessLog log(Format format, String template) {
        return AccessLog.of(Optional.of(new dev.steelyard.snapshot.AccessLog(format, template, 100)));
    }

    private static LogEntry entry(AccessLog log) {
        return new LogEntry().begin(log, STARTED);
    }

    private static LogEntry request(AccessLog log) {
        return entry(log)
                .set(LogField.NAMESPACE, "shop")
                .set(LogField.VIRTUAL_SERVICE, "web")
                .set(LogField.ROUTE, "default")
                .set(LogField.POOL, "blue")
                .set(LogField.ENDPOINT, "10.0.0.7:8080")
                .set(LogField.CLIENT_ADDRESS, "192.0.2.9")
                .set(LogField.CLIENT_PORT, 4711)
                .set(LogField.SCHEME, "http")
                .set(LogField.PROTOCOL, "HTTP/1.1")
                .set(LogField.METHOD, "GET")
                .set(LogField.HOST, "shop.example")
                .set(LogField.STATUS, 200)
                .set(LogField.ATTEMPTS, 2)
                .set(LogField.BYTES_RECEIVED, 80)
                .set(LogField.BYTES_SENT, 220)
                .set(LogField.BODY_BYTES_SENT, 20)
                .set(LogField.DURATION_MS, 12_345_678)
                .set(LogField.CONNECT_MS, 1_000_000)
                .set(LogField.RESPONSE_MS, 11_000_000)
                .set(LogField.PATH, octets("/a?b=c"), 0, 6)
                .set(LogField.USER_AGENT, octets("curl/8"), 0, 6);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String line(LogEntry entry) {
        LineBuffer line = new LineWriter().write(entry);
        return new String(line.octets(), 0, line.length(), StandardCharsets.UTF_8);
    }

    @Test
    void combined() {
        assertThat(line(request(log(Format.COMBINED, ""))))
                .isEqualTo(
                        "192.0.2.9 - - [10/Oct/2026:13:55:36 +0000] \"GET /a?b=c HTTP/1.1\" 200 20 \"-\" \"curl/8\"\n");
    }

    @Test
    void json() {
        assertThat(line(request(log(Format.JSON, ""))))
                .isEqualTo("{\"time\":\"2026-10-10T13:55:36.123Z\",\"namespace\":\"shop\",\"virtual_service\":\"web\""
                        + ",\"route\":\"default\",\"pool\":\"blue\",\"endpoint\":\"10.0.0.7:8080\""
                        + ",\"client_address\":\"192.0.2.9\",\"client_port\":4711,\"scheme\":\"http\",\"protocol\":\"HTTP/1.1\""
                        + ",\"method\":\"GET\",\"host\":\"shop.example\",\"path\":\"/a?b=c\",\"status\":200,\"attempts\":2"
                        + ",\"bytes_received\":80,\"bytes_sent\":220,\"body_bytes_sent\":20,\"duration_ms\":12.345"
                        + ",\"connect_ms\":1.000,\"response_ms\":11.000,\"user_agent\":\"curl/8\"}\n");
    }

    @Test
    void haproxy() {
        assertThat(line(request(log(Format.HA_PROXY, ""))))
                .isEqualTo(
                        "192.0.2.9:4711 [10/Oct/2026:13:55:36.123] shop/web blue/10.0.0.7:8080 0/0/1/10/12 200 220 - - ----"
                                + " 0/0/0/0/1 0/0 \"GET /a?b=c HTTP/1.1\"\n");
    }

    @Test
    void haproxyForConnections() {
        LogEntry connection = entry(log(Format.HA_PROXY, ""))
                .set(LogField.NAMESPACE, "shop")
                .set(LogField.VIRTUAL_SERVICE, "db")
                .set(LogField.POOL, "db")
                .set(LogField.CLIENT_ADDRESS, "192.0.2.9")
                .set(LogField.CLIENT_PORT, 4711)
                .set(LogField.ATTEMPTS, 3)
                .set(LogField.DURATION_MS, 7_000_000)
                .set(LogField.BYTES_SENT, 0)
                .flag(ResponseFlag.CONNECT_FAILED);
        assertThat(line(connection))
                .isEqualTo("192.0.2.9:4711 [10/Oct/2026:13:55:36.123] shop/db db/<NOSRV> 0/-1/7 0 SC 0/0/0/0/2 0/0\n");
    }

    @Test
    void haproxyForWhatCannotBeRead() {
        LogEntry refused = entry(log(Format.HA_PROXY, ""))
                .set(LogField.CLIENT_ADDRESS, "2001:db8::1")
                .set(LogField.CLIENT_PORT, 4711)
                .set(LogField.STATUS, 400)
                .set(LogField.ATTEMPTS, 0)
                .set(LogField.DURATION_MS, 0)
                .set(LogField.BYTES_SENT, 99)
                .flag(ResponseFlag.BAD_REQUEST);
        assertThat(line(refused))
                .isEqualTo("2001:db8::1:4711 [10/Oct/2026:13:55:36.123] -/- -/<NOSRV> 0/-1/-1/-1/0 400 99 - - PR--"
                        + " 0/0/0/0/0 0/0 \"<BADREQ>\"\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "%{method} %{status}%% | GET 200%",
                "100%% of %{host}     | 100% of shop.example",
                "%{referer}%{flags}   | --",
                "%{time}              | 2026-10-10T13:55:36.123Z",
                "{\"s\":%{status},\"r\":\"%{referer}\",\"c\":%{client_port}} | {\"s\":200,\"r\":\"\",\"c\":4711}"
            })
    void custom(String template, String expected) {
        assertThat(line(request(log(Format.CUSTOM, template)))).isEqualTo(expected + "\n");
    }

    @Test
    void numbersThatAreNotKnownAreNullInJsonTemplates() throws Exception {
        String line = line(entry(log(Format.CUSTOM, "{\"ms\":%{connect_ms},\"f\":\"%{flags}\"}")));
        assertThat(JSON.readTree(line).get("ms").isNull()).isTrue();
        assertThat(JSON.readTree(line).get("f").asText()).isEmpty();
    }

    @Test
    void flagsInTheirOrder() {
        LogEntry entry = request(log(Format.CUSTOM, "%{flags}"))
                .flag(ResponseFlag.UPSTREAM_RESET)
                .flag(ResponseFlag.BAD_REQUEST);
        assertThat(line(entry)).isEqualTo("bad_request,upstream_reset\n");
    }

    /** Whatever a client sends makes one line, and in JSON one object with the fields that it has anyway. */
    @Property
    void nothingForgesALine(@ForAll byte[] hostile) throws Exception {
        for (Format format : Format.values()) {
            LogEntry entry = entry(log(format, "\"%{path}\" \"%{user_agent}\""))
                    .set(LogField.STATUS, 200)
                    .set(LogField.METHOD, "GET")
                    .set(LogField.PROTOCOL, "HTTP/1.1")
                    .set(LogField.PATH, hostile, 0, hostile.length)
                    .set(LogField.USER_AGENT, hostile, 0, hostile.length);
            String line = line(entry);
            assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
            assertThat(line.substring(0, line.length() - 1)).matches("[^\\p{Cntrl}]*");
            if (format == Format.JSON) {
                JsonNode object = JSON.readTree(line);
                var known = new TreeSet<>(
                        Arrays.stream(LogField.values()).map(LogField::key).toList());
                object.fieldNames().forEachRemaining(name -> assertThat(known).contains(name));
            } else if (format == Format.CUSTOM) {
                assertThat(line.replaceAll("\\\\x[0-9a-f]{2}", "")
                                .chars()
                                .filter(c -> c == '"')
                                .count())
                        .isEqualTo(4);
            }
        }
    }

    @Test
    void utf8IsLeftAndTheRestEscaped() throws Exception {
        byte[] path = "/grüße\u2028\u0085\u202e€𝄞".getBytes(StandardCharsets.UTF_8);
        byte[] broken = {(byte) 0xe2, (byte) 0x82, 'x', (byte) 0xc0, (byte) 0x80, (byte) 0xff};
        LogEntry entry = entry(log(Format.JSON, ""))
                .set(LogField.PATH, path, 0, path.length)
                .set(LogField.REFERER, broken, 0, broken.length);
        String line = line(entry);
        assertThat(line)
                .contains("/grüße")
                .contains("€𝄞")
                .doesNotContain("\u2028")
                .doesNotContain("\u202e");
        assertThat(JSON.readTree(line).get("referer").asText()).isEqualTo("\u00e2\u0082x\u00c0\u0080\u00ff");
    }

    @Test
    void longValuesAreCut() {
        byte[] longer = "x".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        LogEntry entry = entry(log(Format.CUSTOM, "%{path}")).set(LogField.PATH, longer, 0, longer.length);
        assertThat(line(entry)).hasSize(LogEntry.MAX_OCTETS + 1);
    }

    @Test
    void anEntryUsedAgainForgets() {
        LogEntry entry = request(log(Format.JSON, "")).flag(ResponseFlag.NO_ROUTE);
        entry.begin(log(Format.JSON, ""), STARTED);
        assertThat(line(entry)).isEqualTo("{\"time\":\"2026-10-10T13:55:36.123Z\"}\n");
    }
}
