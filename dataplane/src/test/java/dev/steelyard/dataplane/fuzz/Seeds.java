package dev.steelyard.dataplane.fuzz;

import dev.steelyard.dataplane.sni.Hellos;
import dev.steelyard.testing.WireCase;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What fuzzing begins with: the tables of malformed messages, some ordinary ones of each kind, and, in the test resources, {@code
 * fuzz/TARGET}, inputs that once showed a fault.
 */
public final class Seeds {

    private Seeds() {}

    /** Writes the seeds of all targets: a folder for each. */
    public static void main(String[] arguments) throws Exception {
        for (Targets target : Targets.values()) {
            Path folder = Files.createDirectories(Path.of(arguments[0], target.folder()));
            int number = 0;
            for (byte[] seed : of(target)) {
                Files.write(folder.resolve("seed-" + ++number), seed);
            }
        }
    }

    /** At least one input. */
    static List<byte[]> of(Targets target) throws Exception {
        List<byte[]> seeds = new ArrayList<>(found(target));
        switch (target) {
            case REQUEST_STREAM -> WireCase.requests().forEach(row -> add(seeds, row.client() + row.client()));
            case REQUEST_HEAD -> WireCase.requests().forEach(row -> add(seeds, "12" + row.client()));
            case RESPONSE_HEAD -> WireCase.responses().forEach(row -> add(seeds, "12" + row.endpoint()));
            case HEALTH_ANSWER -> WireCase.responses().forEach(row -> add(seeds, row.endpoint()));
            case CHUNKED -> bodies(WireCase.requests(), WireCase::client).forEach(body -> add(seeds, "12" + body));
            case FASTCGI -> BinarySeeds.fastCgi().forEach(records -> add(seeds, "12" + records));
            case SNAPSHOT -> BinarySeeds.snapshots(seeds);
            case CLIENT_HELLO -> seeds.add(Hellos.forName("a.example.com"));
            case SERVER_NAME -> BinarySeeds.hellos(seeds);
            case PROXY_HEADER -> BinarySeeds.proxyHeaders(seeds);
            case DNS_ANSWER -> seeds.add(BinarySeeds.dnsAnswer());
            case HTTP2_FRAMES -> seeds.add(BinarySeeds.http2());
            case FIELD_BLOCK -> BinarySeeds.fieldBlocks(seeds);
            case FIELD_SECTION -> BinarySeeds.sections(seeds);
            case HTTP3_FRAMES -> seeds.add(BinarySeeds.http3());
            default -> texts(target).forEach(text -> add(seeds, text));
        }
        // What is this long in the tables is only about being long.
        seeds.removeIf(seed -> seed.length > 20_000);
        return seeds;
    }

    private static Stream<String> texts(Targets target) {
        return switch (target) {
            case PATH -> Stream.of("a/b?c", "%2e%2E/./..;x/%2f%5c//;p", "a/../%41%7e%252e", "%c3%a9");
            case HOST -> Stream.of("a", "A.b:80", "[::1]:443", "a.", "a:", "x_y");
            case COOKIE -> Stream.of("a=b; c=d", "plan=gold;plan=\"x\"\nb= c ;d", "=; a; =b; a==");
            case QUERY -> Stream.of("a=b&c", "v=%41+b&&=x&v", "%76=2&v=%2&a=b=c%26d");
            case MEDIA_RANGE ->
                Stream.of(
                        "text/html, application/json;q=0.9, */*;q=0.1",
                        "image/*;q=0.5;x=1, image/png\ntext/plain ; q=1.000",
                        "TEXT/html;charset=utf-8",
                        "application/json;Q=0.001,,;q=1, text/html;q=1.5");
            case FORWARDED_FOR ->
                Stream.of(
                        "198.51.100.9, 10.0.0.2",
                        "[2001:db8::1]:443,fd00::2",
                        "unknown, 10.0.0.3:80",
                        "127.1,,fe80::1%e");
            case UPGRADE ->
                Stream.of(
                        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                + "Sec-WebSocket-Version: 13",
                        "Connection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\nContent-Length: 0",
                        "connection: upgrade\r\nupgrade: h2c, websocket\r\nhttp2-settings: AAMAAABk",
                        "Connection: upgrade\r\nUpgrade: a/1\r\nUpgrade: b");
            case REQUEST_LIST ->
                Stream.of(
                        ":method\tGET\n:scheme\thttps\n:authority\ta.example.com\n:path\t/b?c\ncookie\td=e\ncookie\tf=g",
                        ":method\tPOST\n:scheme\thttp\n:path\t/\nhost\ta\ncontent-length\t5\nte\ttrailers\nx-y\tz\1\2",
                        ":method\tCONNECT\n:protocol\twebsocket\n:scheme\thttps\n:path\t/chat\n:authority\ta"
                                + "\nsec-websocket-version\t13");
            case LOG_LINE ->
                Stream.of("/a?b=c", "/\" 200 \"\\\r\n{}", "/gr\u00c3\u00bc\u00c3\u009fe\u00e2\u0080\u00a8");
            case LOG_TEMPLATE ->
                Stream.of("%{status} %{path}%%", "{\"t\":\"%{time}\",\"f\":\"%{flags}\"}", "%", "%{no}");
            case NETWORK ->
                Stream.of(
                        "10.0.0.0/8\n10.1.0.0/16\n0.0.0.0/0",
                        "2001:db8::/32\n::ffff:1.2.3.4/96\n::/0",
                        "1.2.3.4/32\n1/8\n1.2.3.5/31");
            default -> Stream.of();
        };
    }

    private static List<byte[]> found(Targets target) throws IOException, URISyntaxException {
        URL folder = Seeds.class.getResource("/fuzz/" + target.folder());
        if (folder == null) {
            return List.of();
        }
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            for (Path file : files.sorted().toList()) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        return inputs;
    }

    private static void add(List<byte[]> seeds, String text) {
        seeds.add(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static Stream<String> bodies(List<WireCase> rows, Function<WireCase, String> text) {
        return rows.stream()
                .map(text)
                .filter(message -> message.contains("Transfer-Encoding") && message.contains("\r\n\r\n"))
                .map(message -> message.substring(message.indexOf("\r\n\r\n") + 4));
    }
}
