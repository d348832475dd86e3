package dev.steelyard.operator.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3/8, 10.0.0.0/8",
        "0.0.0.0/0, 0.0.0.0/0",
        "2001:DB8::1/32, 2001:db8::/32",
        "::1/128, ::1/128",
        "2001:db8:0:1:0:0:0:1/128, 2001:db8:0:1::1/128",
        "1:0:0:2:0:0:3:4/128, 1::2:0:0:3:4/128",
        "::ffff:127.0.0.1/32, 127.0.0.1/32",
        "::/0, ::/0"
    })
    void hasOneForm(String text, String canonical) {
        assertThat(Cidr.of(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.0.0/8",
                "10.0.0.0/33",
                "::/129",
                "a/8",
                "/8",
                "10.0.0.0/",
                "1.2.3.400/8",
                "fe80::1%1/64"
            })
    void refusesWhatIsNoBlock(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }

    @Property
    void holeIsCutOutExactly(
            @ForAll("blocks") Cidr block, @ForAll("blocks") Cidr hole, @ForAll("addresses") IpAddress address) {
        List<Cidr> left = block.without(hole);
        boolean inside = block.contains(address) && !hole.contains(address);
        assertThat(left.stream().anyMatch(one -> one.contains(address))).isEqualTo(inside);
    }

    @Property
    void textIsReadBack(@ForAll("addresses") IpAddress address) {
        assertThat(IpAddress.parse(address.toString())).contains(address);
    }

    /** Few distinct bits, so that blocks and addresses meet often. */
    @Provide
    Arbitrary<IpAddress> addresses() {
        return Arbitraries.of(4, 16)
                .flatMap(size -> Arbitraries.of((byte) 0, (byte) 1, (byte) 0x80, (byte) 0xff)
                        .list()
                        .ofSize(size))
                .map(CidrTest::address);
    }

    @Provide
    Arbitrary<Cidr> blocks() {
        return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
                .as((address, prefix) -> new Cidr(address, address.isV4() ? prefix / 4 : prefix));
    }

    private static IpAddress address(List<Byte> bytes) {
        byte[] array = new byte[bytes.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = bytes.get(i);
        }
        try {
            return new IpAddress(InetAddress.getByAddress(array));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void blocksAreMergedAndSorted() {
        List<Cidr> blocks = Stream.of(
                        "2001:db8::/32",
                        "10.0.1.0/24",
                        "10.0.0.128/25",
                        "10.0.0.0/25",
                        "10.0.0.7/32",
                        "192.0.2.1/32",
                        "192.0.2.2/32",
                        "10.0.1.0/24")
                .map(Cidr::of)
                .toList();
        assertThat(Cidr.merged(blocks).stream().map(Cidr::toString))
                .containsExactly("10.0.0.0/23", "192.0.2.1/32", "192.0.2.2/32", "2001:db8::/32");
        assertThat(Cidr.merged(List.of(Cidr.of("128.0.0.0/1"), Cidr.of("0.0.0.0/1"))))
                .containsExactly(Cidr.of("0.0.0.0/0"));
    }
}
