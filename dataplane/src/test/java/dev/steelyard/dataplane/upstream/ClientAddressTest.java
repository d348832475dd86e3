package dev.steelyard.dataplane.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

    private static final CidrSet TRUSTED = CidrSet.of(List.of("10.0.0.0/8", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | 198.51.100.9 | 192.0.2.1",
                "10.0.0.1 | '' | 10.0.0.1",
                "10.0.0.1 | 198.51.100.9 | 198.51.100.9",
                "10.0.0.1 | 6.6.6.6, 198.51.100.9 | 198.51.100.9",
                "10.0.0.1 | 6.6.6.6, 198.51.100.9, 10.0.0.2 | 198.51.100.9",
                "10.0.0.1 | 10.0.0.3, 10.0.0.2 | 10.0.0.3",
                "10.0.0.1 | 198.51.100.9, unknown, 10.0.0.2 | 10.0.0.2",
                "10.0.0.1 | unknown | 10.0.0.1",
                "10.0.0.1 | 198.51.100.9:1234 | 198.51.100.9",
                "10.0.0.1 | [2001:db8::1]:1234 | 2001:db8::1",
                "10.0.0.1 | 2001:db8::1 | 2001:db8::1",
                "fd00::1 | 198.51.100.9 | 198.51.100.9",
                "10.0.0.1 | 127.1 | 10.0.0.1",
                "10.0.0.1 | 198.51.100.9, | 10.0.0.1",
                "10.0.0.1 | fe80::1%eth0 | 10.0.0.1"
            })
    void isTheFirstThatNoTrustedProxyIs(String peer, String list, String client) throws Exception {
        assertThat(of(peer, "X-Forwarded-For: " + list)).isEqualTo(InetAddress.ofLiteral(client));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"6.6.6.6 | 198.51.100.9 | 198.51.100.9", "198.51.100.9 | 10.0.0.2 | 198.51.100.9"})
    void severalFieldsAreOneList(String first, String second, String client) throws Exception {
        assertThat(of("10.0.0.1", "X-Forwarded-For: " + first, "x-forwarded-for: " + second))
                .isEqualTo(InetAddress.ofLiteral(client));
    }

    private static InetAddress of(String peer, String... fields) throws MalformedMessage {
        RequestHead head = new RequestHead().begin(8192);
        String text = "GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        assertThat(head.read(in)).isTrue();
        in.release();
        return ClientAddress.of(head, InetAddress.ofLiteral(peer), TRUSTED);
    }
}
