package dev.steelyard.dataplane.http1.head;

import java.nio.charset.StandardCharsets;

/** {@code uri-host [":" port]} (RFC 9110 section 7.2, RFC 3986 section 3.2.2), of the characters that real names are made of. */
final class HostName {

    private HostName() {}

    /**
     * The name in lower case, without port and trailing dot; IPv6 addresses keep their brackets.
     *
     * @param likely what is returned, as it is, if that is the name
     */
    static String read(byte[] octets, int from, int to, String likely) throws MalformedMessage {
        int end = octets[from] == '[' && from < to ? bracketed(octets, from, to) : plain(octets, from, to);
        if (end == from || to - from > 512) {
            throw MalformedMessage.bad("Host is malformed");
        }
        port(octets, end, to);
        int nameEnd = octets[end - 1] == '.' ? end - 1 : end;
        if (nameEnd == from) {
            throw MalformedMessage.bad("Host is malformed");
        }
        if (spells(octets, from, nameEnd, likely)) {
            return likely;
        }
        byte[] lower = new byte[nameEnd - from];
        for (int i = 0; i < lower.length; i++) {
            lower[i] = Octets.lower(octets[from + i]);
        }
        return new String(lower, StandardCharsets.ISO_8859_1);
    }

    private static boolean spells(byte[] octets, int from, int to, String name) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (Octets.lower(octets[i]) != name.charAt(i - from)) {
                return false;
            }
        }
        return true;
    }

    private static int plain(byte[] octets, int from, int to) {
        int at = from;
        while (at < to && Octets.is(Octets.HOST, octets[at])) {
            at++;
        }
        return at;
    }

    private static int bracketed(byte[] octets, int from, int to) throws MalformedMessage {
        int at = from + 1;
        while (at < to && (Octets.hex(octets[at]) >= 0 || octets[at] == ':' || octets[at] == '.')) {
            at++;
        }
        if (at == to || octets[at] != ']' || at - from < 3) {
            throw MalformedMessage.bad("Host is malformed");
        }
        return at + 1;
    }

    private static void port(byte[] octets, int from, int to) throws MalformedMessage {
        if (from == to) {
            return;
        }
        int port = 0;
        for (int i = from + 1; i < to; i++) {
            int digit = octets[i] - '0';
            port = digit < 0 || digit > 9 ? Integer.MAX_VALUE : Math.min(port * 10 + digit, 100_000);
            if (port > 65_535) {
                break;
            }
        }
        if (octets[from] != ':' || port > 65_535) {
            throw MalformedMessage.bad("Host is malformed");
        }
    }
}
