package dev.steelyard.dataplane.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidrSetTest {

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "10.0.0.0/-1", "x/8", "::/129", "::ffff:10.0.0.0/104"})
    void refusesWhatIsNoNetwork(String cidr) {
        assertThatThrownBy(() -> CidrSet.of(List.of(cidr))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Few distinct bits, so that networks nest and touch. */
    @Property
    void containsWhatOneOfItsNetworksContains(
            @ForAll("networks") List<String> networks, @ForAll("addresses") String address) throws Exception {
        InetAddress literal = InetAddress.ofLiteral(address);
        boolean expected = false;
        for (String network : networks) {
            expected |= within(literal, network);
        }
        assertThat(CidrSet.of(networks).contains(literal)).isEqualTo(expected);
    }

    private static boolean within(InetAddress address, String network) throws UnknownHostException {
        int slash = network.indexOf('/');
        byte[] base = InetAddress.ofLiteral(network.substring(0, slash)).getAddress();
        byte[] other = address.getAddress();
        int shift = base.length * 8 - Integer.parseInt(network.substring(slash + 1));
        return base.length == other.length
                && new BigInteger(1, base).shiftRight(shift).equals(new BigInteger(1, other).shiftRight(shift));
    }

    @Provide
    Arbitrary<String> addresses() {
        Arbitrary<String> octets = Arbitraries.of("0", "1", "127", "128", "255");
        Arbitrary<String> groups = Arbitraries.of("0", "1", "7fff", "8000", "ffff");
        Arbitrary<String> v4 = octets.list().ofSize(4).map(parts -> String.join(".", parts));
        Arbitrary<String> v6 = groups.list().ofSize(8).map(parts -> String.join(":", parts));
        return Arbitraries.oneOf(v4, v6);
    }

    @Provide
    Arbitrary<List<String>> networks() {
        return Combinators.combine(addresses(), Arbitraries.integers().between(0, 128))
                .as((address, length) -> address + "/" + length * bits(address) / 128)
                .list()
                .ofMaxSize(12);
    }

    /** An IPv4-mapped IPv6 address is an IPv4 address. */
    private static int bits(String address) {
        return InetAddress.ofLiteral(address).getAddress().length * 8;
    }
}
