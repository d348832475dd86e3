package dev.steelyard.dataplane.fuzz.configuration;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks: a set holds what plain arithmetic says that one of its networks holds, refused ones aside. Each line of the input is a network; the
 * first and last addresses of each, and their neighbours, are looked up.
 */
public final class Networks implements FuzzTarget {

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Network(byte[] address, int length) {

        boolean holds(byte[] other) {
            int shift = address.length * 8 - length;
            return other.length == address.length
                    && new BigInteger(1, address).shiftRight(shift).equals(new BigInteger(1, other).shiftRight(shift));
        }

        List<byte[]> edges() {
            int bits = address.length * 8;
            BigInteger first =
                    new BigInteger(1, address).shiftRight(bits - length).shiftLeft(bits - length);
            BigInteger last = first.add(BigInteger.ONE.shiftLeft(bits - length)).subtract(BigInteger.ONE);
            List<byte[]> edges = new ArrayList<>();
            for (BigInteger near : List.of(first.subtract(BigInteger.ONE), first, last, last.add(BigInteger.ONE))) {
                byte[] octets = new byte[address.length];
                for (int i = 0; i < octets.length; i++) {
                    octets[i] = near.shiftRight(8 * (octets.length - 1 - i)).byteValue();
                }
                edges.add(octets);
            }
            return edges;
        }
    }

    @Override
    public void feed(byte[] input) throws Exception {
        List<String> accepted = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        for (String line : new String(input, StandardCharsets.ISO_8859_1).split("\n", -1)) {
            try {
                CidrSet.of(List.of(line));
            } catch (IllegalArgumentException refused) {
                continue;
            }
            int slash = line.indexOf('/');
            accepted.add(line);
            networks.add(new Network(
                    InetAddress.ofLiteral(line.substring(0, slash)).getAddress(),
                    Integer.parseInt(line.substring(slash + 1))));
        }
        CidrSet set = CidrSet.of(accepted);
        Check.equal(set.isEmpty(), accepted.isEmpty(), "empty");
        for (Network network : networks) {
            for (byte[] edge : network.edges()) {
                InetAddress address = InetAddress.getByAddress(edge);
                byte[] octets = address.getAddress(); // of an IPv4 address that is written as IPv6 the IPv4 one
                Check.equal(
                        set.contains(address),
                        networks.stream().anyMatch(each -> each.holds(octets)),
                        accepted + " holds " + address);
            }
        }
    }
}
