package dev.steelyard.operator.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address. One address has one value however it is written; an IPv4-mapped IPv6 address is the IPv4 address.
 *
 * @param address the address, without a name
 */
public record IpAddress(InetAddress address) {

    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    /** Reads a literal; empty if it is none. Names are never looked up, zones not accepted. */
    public static Optional<IpAddress> parse(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new IpAddress(InetAddress.ofLiteral(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether it is an IPv4 address. */
    public boolean isV4() {
        return address instanceof Inet4Address;
    }

    /** The block of this address alone. */
    public Cidr block() {
        return new Cidr(this, isV4() ? 32 : 128);
    }

    /** As RFC 5952 section 4 recommends: IPv6 in lower case, its longest run of zeros as {@code ::}. */
    @Override
    public String toString() {
        if (isV4()) {
            return address.getHostAddress();
        }
        String[] groups = address.getHostAddress().split(":", -1);
        int start = -1;
        int length = 1;
        for (int i = 0; i < groups.length; i++) {
            int end = i;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        return start < 0
                ? String.join(":", groups)
                : String.join(":", List.of(groups).subList(0, start)) + "::"
                        + String.join(":", List.of(groups).subList(start + length, groups.length));
    }
}
