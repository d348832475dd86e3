package dev.steelyard.dataplane.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written is read again, by Netty's codec too, however it arrives; and whatever arrives, nothing else is thrown. */
class ProxyHeaderProperties {

    @Provide
    Arbitrary<Proxied> proxied() {
        Arbitrary<InetAddress> address = Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(4)
                .map(ProxyHeaderProperties::address)
                .flatMap(four -> Arbitraries.bytes()
                        .array(byte[].class)
                        .ofSize(16)
                        .map(ProxyHeaderProperties::address)
                        .flatMap(six -> Arbitraries.of(four, six)));
        Arbitrary<InetSocketAddress> end = Combinators.combine(
                        address, Arbitraries.integers().between(1, 65_535))
                .as(InetSocketAddress::new);
        return Combinators.combine(end, end).as(Proxied::new);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        Arbitrary<byte[]> header = Combinators.combine(proxied(), Arbitraries.of(ProxyProtocolVersion.class))
                .as((proxied, version) -> bytes(proxied, version));
        return Combinators.combine(
                        header, Arbitraries.integers().between(0, 60), Arbitraries.bytes(), Arbitraries.of(true, false))
                .as((bytes, at, value, cut) -> {
                    byte[] changed = cut ? Arrays.copyOf(bytes, at) : bytes.clone();
                    if (at < changed.length) {
                        changed[at] = value;
                    }
                    return changed;
                });
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadAgainHoweverItArrives(
            @ForAll("proxied") Proxied header, @ForAll ProxyProtocolVersion version) throws Exception {
        byte[] bytes = bytes(header, version);
        for (int known = 0; known < bytes.length; known++) {
            assertThat(ProxyHeaderReader.read(Unpooled.wrappedBuffer(bytes, 0, known)))
                    .isNull();
        }
        assertThat(ProxyHeaderReader.read(Unpooled.wrappedBuffer(bytes))).isEqualTo(header);
    }

    @Property(tries = 200)
    void nettyReadsTheSame(@ForAll("proxied") Proxied header, @ForAll ProxyProtocolVersion version) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(bytes(header, version)));
        HAProxyMessage message = channel.readInbound();
        assertThat(InetAddress.ofLiteral(message.sourceAddress()))
                .isEqualTo(header.client().getAddress());
        assertThat(InetAddress.ofLiteral(message.destinationAddress()))
                .isEqualTo(header.local().getAddress());
        assertThat(message.sourcePort()).isEqualTo(header.client().getPort());
        assertThat(message.destinationPort()).isEqualTo(header.local().getPort());
        message.release();
        channel.finishAndReleaseAll();
    }

    @Property(tries = 200)
    void whateverArrivesIsReadOrRefused(@ForAll("damaged") byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            if (ProxyHeaderReader.read(in) == null) {
                assertThat(in.readableBytes()).isEqualTo(bytes.length).isLessThan(ProxyHeaderReader.MAX_BYTES);
            }
        } catch (MalformedProxyHeader e) {
            assertThat(in.readableBytes()).isEqualTo(bytes.length);
        }
    }

    private static byte[] bytes(ProxyHeader header, ProxyProtocolVersion version) {
        ByteBuf out = Unpooled.buffer();
        ProxyHeaderSender.write(header, version, out);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
