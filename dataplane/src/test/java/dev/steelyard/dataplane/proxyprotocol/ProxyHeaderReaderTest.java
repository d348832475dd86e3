package dev.steelyard.dataplane.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Local;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderReaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String ENDS4 = "01020304" + "05060708" + "1f90" + "01bb";
    private static final Proxied PROXIED4 = new Proxied(address("1.2.3.4", 8080), address("5.6.7.8", 443));

    @Test
    void readsAddresses() throws Exception {
        assertThat(text("PROXY TCP4 1.2.3.4 5.6.7.8 8080 443\r\n")).isEqualTo(PROXIED4);
        assertThat(text("PROXY TCP6 2001:db8::1 ::ffff:5.6.7.8 0 65535\r\n"))
                .isEqualTo(new Proxied(address("2001:db8::1", 0), address("5.6.7.8", 65_535)));
        assertThat(hex("21 11 000c" + ENDS4)).isEqualTo(PROXIED4);
        assertThat(hex("21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 0001 0002"))
                .isEqualTo(new Proxied(address("2001:db8::1", 1), address("2001:db8::2", 2)));
    }

    @Test
    void takesTheConnectionsOwnEndsWhereNoneAreTold() throws Exception {
        assertThat(text("PROXY UNKNOWN\r\n")).isEqualTo(Local.INSTANCE);
        assertThat(text("PROXY UNKNOWN ffff::1 whatever 1\r\n")).isEqualTo(Local.INSTANCE);
        assertThat(hex("20 00 0000")).isEqualTo(Local.INSTANCE);
        assertThat(hex("20 ff 0003 ffffff")).as("LOCAL, whatever it holds").isEqualTo(Local.INSTANCE);
        assertThat(hex("21 00 0002 ffff")).as("UNSPEC").isEqualTo(Local.INSTANCE);
        assertThat(hex("21 12 000c" + ENDS4)).as("datagrams").isEqualTo(Local.INSTANCE);
        assertThat(hex("21 31 00d8" + "00".repeat(216))).as("UNIX").isEqualTo(Local.INSTANCE);
    }

    @Test
    void skipsExtensions() throws Exception {
        assertThat(hex("21 11 0013" + ENDS4 + "04 0004 00000000")).isEqualTo(PROXIED4);
        assertThat(hex("21 11 0012" + ENDS4 + "04 0000 ff 0000")).isEqualTo(PROXIED4);
    }

    @Test
    void leavesWhatFollows() throws Exception {
        ByteBuf in = Unpooled.copiedBuffer("PROXY UNKNOWN\r\nGET /", StandardCharsets.US_ASCII);
        assertThat(ProxyHeaderReader.read(in)).isEqualTo(Local.INSTANCE);
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "proxy UNKNOWN\r\n",
                "PROXY\r\n",
                "PROXY \r\n",
                "PROXY UNKNOWN\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 8080 443\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 8080\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 8080 443 \r\n",
                "PROXY TCP4  1.2.3.4 5.6.7.8 8080 443\r\n",
                "PROXY TCP4 1.2.3.4\t5.6.7.8 8080 443\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 8080 65536\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 080 443\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 +80 443\r\n",
                "PROXY TCP4 1.2.3.4 5.6.7.8 -1 443\r\n",
                "PROXY TCP4 01.2.3.4 5.6.7.8 80 443\r\n",
                "PROXY TCP4 256.2.3.4 5.6.7.8 80 443\r\n",
                "PROXY TCP4 1.2.3 5.6.7.8 80 443\r\n",
                "PROXY TCP4 ::1 ::1 80 443\r\n",
                "PROXY TCP6 1.2.3.4 5.6.7.8 80 443\r\n",
                "PROXY TCP6 fe80::1%eth0 ::1 80 443\r\n",
                "PROXY TCP6 [::1] ::1 80 443\r\n",
                "PROXY TCP6 ::1:: ::1 80 443\r\n",
                "PROXY TCP5 ::1 ::1 80 443\r\n",
                "PROXY UDP4 1.2.3.4 5.6.7.8 80 443\r\n",
            })
    void refusesOtherLines(String line) {
        assertThatThrownBy(() -> text(line)).isInstanceOf(MalformedProxyHeader.class);
    }

    @Test
    void refusesALineThatIsTooLong() throws Exception {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 16) + "\r\n";
        assertThat(text(longest)).isEqualTo(Local.INSTANCE);
        assertThatThrownBy(() -> text("PROXY UNKNOWN " + "x".repeat(107 - 15) + "\r\n"))
                .isInstanceOf(MalformedProxyHeader.class);
        assertThat(text("PROXY UNKNOWN " + "x".repeat(50))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c" + ENDS4, // version 1 in binary
                "22 11 000c" + ENDS4, // no such command
                "21 41 000c" + ENDS4, // no such family
                "21 13 000c" + ENDS4, // no such transport
                "21 11 000b 0102030405060708 1f9001", // addresses cut short
                "21 21 000c" + ENDS4,
                "21 31 000c" + ENDS4,
                "21 11 000e" + ENDS4 + "0400", // extension cut short
                "21 11 0010" + ENDS4 + "04 0002 00",
                "21 11 1000", // longer than we read
            })
    void refusesOtherBlocks(String hex) {
        assertThatThrownBy(() -> hex(hex)).isInstanceOf(MalformedProxyHeader.class);
    }

    private static @Nullable ProxyHeader text(String text) throws MalformedProxyHeader {
        return ProxyHeaderReader.read(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static @Nullable ProxyHeader hex(String afterSignature) throws MalformedProxyHeader {
        return ProxyHeaderReader.read(
                Unpooled.wrappedBuffer(HexFormat.of().parseHex((SIGNATURE + afterSignature).replace(" ", ""))));
    }

    private static InetSocketAddress address(String ip, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(ip), port);
    }
}
