package dev.steelyard.dataplane.http1.head;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Which protocols an {@code Upgrade} field may ask for through this proxy. {@code h2c} would tunnel requests past routing and policies, and
 * so would any other HTTP; {@code TLS} (RFC 2817) would hide them.
 */
final class Upgrades {

    private Upgrades() {}

    static boolean passable(byte[] octets, int from, int to) {
        if (from == to) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (!Octets.is(Octets.TOKEN, octets[i]) && octets[i] != '/') {
                return false;
            }
        }
        String protocol = new String(octets, from, to - from, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        return !protocol.startsWith("h2") && !protocol.startsWith("http") && !protocol.startsWith("tls");
    }
}
