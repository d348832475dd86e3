package dev.steelyard.dataplane.fuzz;

import dev.steelyard.dataplane.QuicClient;
import dev.steelyard.dataplane.VirtualServices;
import dev.steelyard.dataplane.http2.frame.ErrorCode;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.frame.Preface;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeaderSender;
import dev.steelyard.dataplane.sni.Hellos;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import dev.steelyard.snapshot.SnapshotCodec;
import io.netty.buffer.ByteBuf;
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
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Ordinary messages of each binary kind. */
final class BinarySeeds {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 53);
    private static final byte[] CUTS = {3, 9};

    private BinarySeeds() {}

    static List<String> fastCgi() {
        String output = "Status: 404 Not Found\r\nContent-Type: text/plain\n\nnothing here";
        String end = "\1\3\0\1\0\10\0\0" + "\0\0\0\0\0\0\0\0";
        return List.of(
                "\1\6\0\1\0" + (char) output.length() + "\3\0" + output + "xxx" + end,
                "\1\7\0\1\0\4\0\0oops\1\6\0\1\0\6\0\0X: 1\n\n\1\7\0\1\0\0\0\0\1\6\0\1\0\0\0\0" + end,
                "\1\12\0\0\0\2\1\0abx" + end + "more");
    }

    static void snapshots(List<byte[]> seeds) throws IOException {
        byte[] packed = SnapshotCodec.encode(VirtualServices.named("web")
                        .http(80)
                        .hosts("a.example.com")
                        .pool("web", ANY)
                        .route("/", "web")
                        .snapshot())
                .bytes();
        seeds.add(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes());
        String index = "{\"formatVersion\":1,\"epoch\":1,\"revision\":1,\"snapshots\":{\"shop/web\":\"0123\"}}";
        seeds.add(index.getBytes(StandardCharsets.US_ASCII));
    }

    static void hellos(List<byte[]> seeds) {
        byte[] hello = Hellos.forName("a.example.com");
        seeds.add(whole(Unpooled.wrappedBuffer(CUTS, hello)));
        seeds.add(whole(Unpooled.wrappedBuffer(CUTS, Hellos.inRecordsOf(100, hello))));
        seeds.add(whole(Unpooled.wrappedBuffer(CUTS, Hellos.forName(""))));
    }

    static void proxyHeaders(List<byte[]> seeds) {
        InetSocketAddress four = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4_711);
        InetSocketAddress six = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 443);
        for (ProxyProtocolVersion version : ProxyProtocolVersion.values()) {
            for (ProxyHeader header : List.of(
                    ProxyHeader.Local.INSTANCE,
                    new ProxyHeader.Proxied(four, four),
                    new ProxyHeader.Proxied(six, six),
                    new ProxyHeader.Proxied(four, six))) {
                ByteBuf out = Unpooled.buffer().writeBytes(CUTS);
                ProxyHeaderSender.write(header, version, out);
                seeds.add(whole(out.writeByte('G')));
            }
        }
        // With extensions: PP2_TYPE_ALPN and PP2_TYPE_NOOP.
        seeds.add(HexFormat.of()
                .parseHex("03090d0a0d0a000d0a515549540a2111" + "0017" + "c0000201c6336401126701bb" + "0100026832"
                        + "040003000000"));
    }

    static byte[] http2() {
        ByteBuf out = Unpooled.buffer().writeBytes(CUTS);
        Preface.write(out);
        FrameWriter.settings(out, 1);
        FrameWriter.setting(out, 4, 65_535);
        FrameWriter.settingsAck(out);
        int at = FrameWriter.headersBegin(out);
        out.writeByte(0x82).writeByte(0x84).writeByte(0x87);
        FrameWriter.headersEnd(out, at, 1, false);
        FrameWriter.data(out, 3, 1, true);
        out.writeBytes(new byte[] {1, 2, 3});
        FrameWriter.windowUpdate(out, 1, 100);
        FrameWriter.ping(out, 7, false);
        FrameWriter.reset(out, 3, ErrorCode.CANCEL);
        // DATA with padding; HEADERS with priority, and the rest of its block in CONTINUATION.
        out.writeBytes(HexFormat.of().parseHex("000005000900000001" + "0261620000"));
        out.writeBytes(HexFormat.of().parseHex("000006012000000005" + "0000000010" + "82"));
        out.writeBytes(HexFormat.of().parseHex("000001090400000005" + "84"));
        FrameWriter.goAway(out, 5, ErrorCode.NO_ERROR);
        return whole(out);
    }

    /** The examples of RFC 7541, appendix C.3 and C.4: of two requests the second refers to the table that the first has filled. */
    static void fieldBlocks(List<byte[]> seeds) {
        HexFormat hex = HexFormat.of();
        seeds.add(hex.parseHex("14" + "828684410f7777772e6578616d706c652e636f6d" + "828684be58086e6f2d6361636865"));
        seeds.add(hex.parseHex("11" + "828684418cf1e3c2e5f23a6ba0ab90f4ff" + "828684be5886a8eb10649cbf"));
        seeds.add(hex.parseHex("07" + "3fe11f20820f0d0161" + "100163026465"));
    }

    /** One in plain letters, one with indexes of the static table and a Huffman coded string. */
    static void sections(List<byte[]> seeds) {
        seeds.add(QuicClient.section(QuicClient.request("GET", "a.example.com", "/?b", "cookie", "c=d", "x-e", "f")));
        seeds.add(HexFormat.of().parseHex("0000d1d7c1508cf1e3c2e5f23a6ba0ab90f4ff5f1d0170"));
    }

    static byte[] http3() {
        byte[] request = QuicClient.headers(QuicClient.request("POST", "a.example.com", "/", "te", "trailers"));
        byte[] body = QuicClient.frame(0, new byte[] {1, 2, 3});
        return whole(Unpooled.wrappedBuffer(CUTS, request, body, QuicClient.frame(0x4021, body), request));
    }

    static byte[] dnsAnswer() {
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

    private static byte[] whole(ByteBuf octets) {
        return ByteBufUtil.getBytes(octets);
    }
}
