package dev.steelyard.dataplane.proxyprotocol;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Local;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The line of text of version 1 (section 2.1). */
final class Version1 {

    /** With CR and LF. */
    static final int MAX_BYTES = 107;

    private Version1() {}

    /** Parses what stands between {@code "PROXY "} and the line's end. */
    static ProxyHeader parse(String line) throws MalformedProxyHeader {
        if (line.equals("UNKNOWN") || line.startsWith("UNKNOWN ")) {
            return Local.INSTANCE; // whatever follows is to be ignored
        }
        String[] words = line.split(" ", -1);
        if (words.length != 5) {
            throw new MalformedProxyHeader("not five words");
        }
        boolean ipv4 = switch (words[0]) {
            case "TCP4" -> true;
            case "TCP6" -> false;
            default -> throw new MalformedProxyHeader("neither TCP4 nor TCP6 nor UNKNOWN");
        };
        return new Proxied(
                new InetSocketAddress(address(words[1], ipv4), number(words[3], 65_535)),
                new InetSocketAddress(address(words[2], ipv4), number(words[4], 65_535)));
    }

    private static InetAddress address(String text, boolean ipv4) throws MalformedProxyHeader {
        byte[] bytes = ipv4 ? ipv4(text) : ipv6(text);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new MalformedProxyHeader("no address");
        }
    }

    private static byte[] ipv4(String text) throws MalformedProxyHeader {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new MalformedProxyHeader("no IPv4 address");
        }
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) number(parts[i], 255);
        }
        return bytes;
    }

    private static byte[] ipv6(String text) throws MalformedProxyHeader {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean hexadecimal = c <= 0x7f && Character.digit(c, 16) >= 0;
            if (!hexadecimal && c != ':' && c != '.') {
                throw new MalformedProxyHeader("no IPv6 address"); // no zones, no brackets
            }
        }
        byte[] bytes = NetUtil.isValidIpV6Address(text) ? NetUtil.createByteArrayFromIpAddressString(text) : null;
        if (bytes == null) {
            throw new MalformedProxyHeader("no IPv6 address");
        }
        return bytes;
    }

    /** Digits without a leading zero, so that nobody reads them as octal. */
    private static int number(String text, int most) throws MalformedProxyHeader {
        boolean plain = !text.isEmpty() && text.length() <= 5 && (text.length() == 1 || text.charAt(0) != '0');
        int value = 0;
        for (int i = 0; plain && i < text.length(); i++) {
            char c = text.charAt(i);
            plain = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!plain || value > most) {
            throw new MalformedProxyHeader("a number out of range");
        }
        return value;
    }

    /** A header as a line. IPv4 beside IPv6 is written as the mapped IPv6 address. */
    static String line(ProxyHeader header) {
        return switch (header) {
            case Local _ -> "PROXY UNKNOWN\r\n";
            case Proxied(InetSocketAddress client, InetSocketAddress local) -> {
                boolean ipv4 =
                        client.getAddress() instanceof Inet4Address && local.getAddress() instanceof Inet4Address;
                yield (ipv4 ? "PROXY TCP4 " : "PROXY TCP6 ") + text(client.getAddress(), ipv4) + " "
                        + text(local.getAddress(), ipv4) + " " + client.getPort() + " " + local.getPort() + "\r\n";
            }
        };
    }

    private static String text(InetAddress address, boolean ipv4) {
        boolean mapped = !ipv4 && address instanceof Inet4Address;
        return (mapped ? "::ffff:" : "") + NetUtil.toAddressString(address);
    }
}
