package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request. Each proxy appends to {@code X-Forwarded-For} whom it got the request from, so the list is read from its end, for as
 * long as those who wrote it are trusted: the first address that is no trusted proxy is the client's, and whatever stands before it may be
 * invented.
 */
public final class ClientAddress {

    private ClientAddress() {}

    /**
     * The client's address.
     *
     * @param peer the other side of the connection
     * @return {@code peer} if that is no trusted proxy; where a trusted proxy names nobody that can be read, that proxy
     */
    public static InetAddress of(RequestHead head, InetAddress peer, CidrSet trusted) {
        if (!trusted.contains(peer)) {
            return peer;
        }
        InetAddress client = peer;
        for (int i = head.count() - 1; i >= 0; i--) {
            if (head.field(i) != KnownField.X_FORWARDED_FOR) {
                continue;
            }
            String list = head.value(i);
            int end = list.length();
            while (end >= 0) {
                int comma = list.lastIndexOf(',', end - 1);
                InetAddress named = address(list.substring(comma + 1, end).strip());
                if (named == null) {
                    return client;
                }
                client = named;
                if (!trusted.contains(client)) {
                    return client;
                }
                end = comma;
            }
        }
        return client;
    }

    /** IPv6 with or without brackets, either with or without a port, as proxies are known to write them. */
    private static @Nullable InetAddress address(String text) {
        String literal = text;
        int bracket = text.indexOf(']');
        int colon = text.indexOf(':');
        if (text.startsWith("[") && bracket > 0) {
            literal = text.substring(1, bracket);
        } else if (colon > 0 && colon == text.lastIndexOf(':')) {
            literal = text.substring(0, colon);
        }
        // Shorthand such as "1" or "127.1", and zones, are nothing that proxies write.
        if (literal.indexOf('%') >= 0 || (literal.indexOf(':') < 0 && dots(literal) != 3)) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static int dots(String text) {
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '.') {
                dots++;
            }
        }
        return dots;
    }
}
