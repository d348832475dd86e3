package dev.steelyard.operator.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A block of addresses.
 *
 * @param first its lowest address: all bits behind the prefix are zero
 * @param prefix length, 0..32 or 0..128
 */
public record Cidr(IpAddress first, int prefix) {

    private static final Comparator<Cidr> ORDER = Comparator.comparingInt((Cidr block) -> bits(block.first))
            .thenComparing(block -> block.first.address().getAddress(), Arrays::compareUnsigned)
            .thenComparingInt(Cidr::prefix);

    public Cidr {
        first = masked(first, prefix);
    }

    /** Reads {@code 10.0.0.0/8} or {@code 2001:db8::/32}, bits behind the prefix ignored; empty if it is neither. */
    public static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return IpAddress.parse(text.substring(0, slash))
                .filter(address -> prefix <= bits(address))
                .map(address -> new Cidr(address, prefix));
    }

    /**
     * Reads a block that the program itself names.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a block of addresses: " + text));
    }

    /** Whether {@code address} lies in this block. */
    public boolean contains(IpAddress address) {
        return bits(address) == bits(first) && masked(address, prefix).equals(first);
    }

    /** Whether all of {@code other} lies in this block. */
    public boolean contains(Cidr other) {
        return other.prefix >= prefix && contains(other.first);
    }

    /** What is left of this block without {@code hole}: at most as many blocks as an address has bits. */
    public List<Cidr> without(Cidr hole) {
        if (hole.contains(this)) {
            return List.of();
        }
        if (!contains(hole)) {
            return List.of(this);
        }
        List<Cidr> left = new ArrayList<>();
        for (Cidr half : halves()) {
            left.addAll(half.without(hole));
        }
        return left;
    }

    /** The same addresses in as few blocks as can be, sorted: equal sets of addresses give equal lists. */
    public static List<Cidr> merged(Collection<Cidr> blocks) {
        ArrayList<Cidr> merged = new ArrayList<>();
        for (Cidr block : blocks.stream().sorted(ORDER).toList()) {
            if (!merged.isEmpty() && merged.getLast().contains(block)) {
                continue;
            }
            Cidr last = block;
            while (!merged.isEmpty()
                    && last.prefix > 0
                    && last.parent().equals(merged.getLast().parent())) {
                merged.removeLast();
                last = last.parent();
            }
            merged.add(last);
        }
        return List.copyOf(merged);
    }

    /** The block of twice the size that this is a half of; of a block of all addresses, that block. */
    private Cidr parent() {
        return prefix == 0 ? this : new Cidr(first, prefix - 1);
    }

    private List<Cidr> halves() {
        byte[] upper = first.address().getAddress();
        upper[prefix / 8] |= (byte) (0x80 >>> (prefix % 8));
        return List.of(new Cidr(first, prefix + 1), new Cidr(address(upper), prefix + 1));
    }

    private static IpAddress masked(IpAddress address, int prefix) {
        byte[] bytes = address.address().getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> (bit % 8));
        }
        return address(bytes);
    }

    private static IpAddress address(byte[] bytes) {
        try {
            return new IpAddress(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int bits(IpAddress address) {
        return address.isV4() ? 32 : 128;
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }
}
