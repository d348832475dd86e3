package dev.steelyard.dataplane.fuzz;

import dev.steelyard.dataplane.QuicClient;
import dev.steelyard.dataplane.VirtualServices;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.testing.WireCase;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsSection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What fuzzing begins with: the tables of malformed messages, an ordinary message of each binary kind, and, in the test resources, {@code
 * fuzz/TARGET}, inputs that once showed a fault.
 */
public final class Seeds {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);

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
            case FASTCGI -> fastCgi(seeds);
            case PATH ->
                Stream.of("a/b?c", "%2e%2E/./..;x/%2f%5c//;p", "a/../%41%7e%252e", "%c3%a9")
                        .forEach(path -> add(seeds, path));
            case HOST ->
                Stream.of("a", "A.b:80", "[::1]:443", "a.", "a:", "x_y").forEach(host -> add(seeds, host));
            case SNAPSHOT -> snapshots(seeds);
            case CLIENT_HELLO -> seeds.add(clientHello());
            case DNS_ANSWER -> seeds.add(dnsAnswer());
            case FIELD_SECTION -> sections(seeds);
            case HTTP3_FRAMES -> {
                byte[] request = QuicClient.headers(QuicClient.request("POST", "a.example.com", "/", "te", "trailers"));
                byte[] body = QuicClient.frame(0, new byte[] {1, 2, 3});
                seeds.add(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(
                        new byte[] {3, 9}, request, body, QuicClient.frame(0x4021, body), request)));
            }
        }
        // What is this long in the tables is only about being long.
        seeds.removeIf(seed -> seed.length > 20_000);
        return seeds;
    }

    /** One in plain letters, one with indexes of the static table and a Huffman coded string. */
    private static void sections(List<byte[]> seeds) {
        seeds.add(QuicClient.section(QuicClient.request("GET", "a.example.com", "/?b", "cookie", "c=d", "x-e", "f")));
        seeds.add(HexFormat.of().parseHex("0000d1d7c1508cf1e3c2e5f23a6ba0ab90f4ff5f1d0170"));
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

    private static void fastCgi(List<byte[]> seeds) {
        String output = "Status: 404 Not Found\r\nContent-Type: text/plain\n\nnothing here";
        String end = "\1\3\0\1\0\10\0\0" + "\0\0\0\0\0\0\0\0";
        add(seeds, "12\1\6\0\1\0" + (char) output.length() + "\3\0" + output + "xxx" + end);
        add(seeds, "12\1\7\0\1\0\4\0\0oops\1\6\0\1\0\6\0\0X: 1\n\n\1\7\0\1\0\0\0\0\1\6\0\1\0\0\0\0" + end);
        add(seeds, "12\1\12\0\0\0\2\1\0abx" + end + "more");
    }

    private static void snapshots(List<byte[]> seeds) throws IOException {
        byte[] packed = SnapshotCodec.encode(VirtualServices.named("web")
                        .http(80)
                        .hosts("a.example.com")
                        .pool("web", ANY)
                        .route("/", "web")
                        .snapshot())
                .bytes();
        seeds.add(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        add(seeds, "{\"formatVersion\":1,\"epoch\":1,\"revision\":1,\"snapshots\":{\"shop/web\":\"0123\"}}");
    }

    private static byte[] clientHello() throws GeneralSecurityException, IOException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLEngine engine = context.createSSLEngine("a.example.com", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("a.example.com")));
        engine.setSSLParameters(parameters);
        ByteBuffer hello = ByteBuffer.allocate(65_536);
        engine.wrap(ByteBuffer.allocate(0), hello);
        hello.flip();
        byte[] octets = new byte[hello.remaining()];
        hello.get(octets);
        return octets;
    }

    private static byte[] dnsAnswer() {
        DatagramDnsResponse response = new DatagramDnsResponse(ANY, ANY, 7);
        response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion("a.example.com.", DnsRecordType.A));
        for (int length : new int[] {4, 16, 3}) {
            DnsRecordType type = length == 16 ? DnsRecordType.AAAA : DnsRecordType.A;
            response.addRecord(
                    DnsSection.ANSWER,
                    new DefaultDnsRawRecord(
                            "a.example.com.", type, 60, Unpooled.buffer().writeZero(length)));
        }
        EmbeddedChannel channel = new EmbeddedChannel(new DatagramDnsResponseEncoder());
        channel.writeOutbound(response);
        DatagramPacket packet = channel.readOutbound();
        byte[] octets = ByteBufUtil.getBytes(packet.content());
        packet.release();
        channel.finishAndReleaseAll();
        return octets;
    }
}
