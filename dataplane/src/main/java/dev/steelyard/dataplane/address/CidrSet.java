package dev.steelyard.dataplane.address;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** A set of IP networks. Immutable. A look-up costs a binary search, so that lists of thousands are cheap. */
public final class CidrSet {

    /** Contains nothing. */
    public static final CidrSet EMPTY = new CidrSet(List.of());

    private static final long SIGN = Long.MIN_VALUE;

    private final List<String> networks;

    /** By first address, disjoint; upper and lower half of addresses, an IPv4 address in the lower half. */
    private final Ranges v4;

    private final Ranges v6;

    private CidrSet(List<String> cidrs) {
        List<Range> four = new ArrayList<>();
        List<Range> six = new ArrayList<>();
        for (String cidr : cidrs) {
            int slash = cidr.lastIndexOf('/');
            if (slash < 0) {
                throw new IllegalArgumentException("not a network, there is no prefix length: " + cidr);
            }
            byte[] address = InetAddress.ofLiteral(cidr.substring(0, slash)).getAddress();
            int length = Integer.parseInt(cidr.substring(slash + 1));
            if (length < 0 || length > address.length * 8) {
                throw new IllegalArgumentException("prefix length out of range: " + cidr);
            }
            (address.length == 4 ? four : six).add(Range.of(address, length));
        }
        networks = List.copyOf(cidrs);
        v4 = new Ranges(four);
        v6 = new Ranges(six);
    }

    /**
     * Reads networks such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}.
     *
     * @throws IllegalArgumentException if one is not of that form
     */
    public static CidrSet of(List<String> cidrs) {
        return cidrs.isEmpty() ? EMPTY : new CidrSet(cidrs);
    }

    /** Whether there is no network in it. */
    public boolean isEmpty() {
        return networks.isEmpty();
    }

    /** Whether one of the networks holds that address. */
    public boolean contains(InetAddress address) {
        if (networks.isEmpty()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? v4.contain(0, half(bytes, 0, 4)) : v6.contain(half(bytes, 0, 8), half(bytes, 8, 16));
    }

    private static long half(byte[] bytes, int from, int to) {
        long half = 0;
        for (int i = from; i < to; i++) {
            half = (half << 8) | (bytes[i] & 0xff);
        }
        return half;
    }

    /** Both ends belong to it. */
    private record Range(long firstHigh, long firstLow, long lastHigh, long lastLow) implements Comparable<Range> {

        static Range of(byte[] address, int length) {
            byte[] first = address.clone();
            byte[] last = address.clone();
            for (int bit = length; bit < address.length * 8; bit++) {
                first[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
                last[bit / 8] |= (byte) (0x80 >> (bit % 8));
            }
            return address.length == 4
                    ? new Range(0, half(first, 0, 4), 0, half(last, 0, 4))
                    : new Range(half(first, 0, 8), half(first, 8, 16), half(last, 0, 8), half(last, 8, 16));
        }

        @Override
        public int compareTo(Range other) {
            return compare(firstHigh, firstLow, other.firstHigh, other.firstLow);
        }
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
        int byHigh = Long.compare(high ^ SIGN, otherHigh ^ SIGN);
        return byHigh != 0 ? byHigh : Long.compare(low ^ SIGN, otherLow ^ SIGN);
    }

    private static final class Ranges {

        private final Range[] sorted;

        /** Networks are nested or disjoint: of nested ones the outer is kept. */
        Ranges(List<Range> all) {
            List<Range> outer = new ArrayList<>();
            for (Range range : all.stream()
                    .sorted((one, other) -> {
                        int byFirst = one.compareTo(other);
                        return byFirst != 0
                                ? byFirst
                                : compare(other.lastHigh, other.lastLow, one.lastHigh, one.lastLow);
                    })
                    .toList()) {
                if (outer.isEmpty() || !within(outer.getLast(), range.firstHigh, range.firstLow)) {
                    outer.add(range);
                }
            }
            sorted = outer.toArray(Range[]::new);
        }

        private static boolean within(Range range, long high, long low) {
            return compare(high, low, range.firstHigh, range.firstLow) >= 0
                    && compare(high, low, range.lastHigh, range.lastLow) <= 0;
        }

        boolean contain(long high, long low) {
            int from = 0;
            int to = sorted.length;
            while (from < to) {
                int middle = (from + to) >>> 1;
                Range range = sorted[middle];
                if (compare(high, low, range.firstHigh, range.firstLow) < 0) {
                    to = middle;
                } else if (compare(high, low, range.lastHigh, range.lastLow) > 0) {
                    from = middle + 1;
                } else {
                    return true;
                }
            }
            return false;
        }
    }

    @Override
    public String toString() {
        return String.join(", ", networks);
    }
}
