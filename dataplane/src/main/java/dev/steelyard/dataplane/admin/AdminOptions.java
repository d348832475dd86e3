package dev.steelyard.dataplane.admin;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where the admin port is and who may use it.
 *
 * @param address where to listen; port 0: any that is free
 * @param token what mutations have to bring as {@code Authorization: Bearer}; empty: there are no mutations
 * @param protectReads whether reads, but for {@code /healthz} and {@code /readyz}, have to bring it, too
 */
public record AdminOptions(InetSocketAddress address, String token, boolean protectReads) {

    /** The port by default. */
    public static final int PORT = 9090;

    /** @throws IllegalArgumentException if reads are to be protected by no token */
    public AdminOptions {
        if (protectReads && token.isEmpty()) {
            throw new IllegalArgumentException("reads cannot be protected without a token");
        }
    }

    /** As it is where the user is the administrator: on this machine only. */
    public static AdminOptions local() {
        return new AdminOptions(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT), "", false);
    }

    /** As it is on a node: on all its addresses, since probes and Prometheus come from outside. */
    public static AdminOptions onNode() {
        return new AdminOptions(new InetSocketAddress(PORT), "", false);
    }

    @Override
    public String toString() {
        return "AdminOptions[" + address + (token.isEmpty() ? "" : ", with token") + "]";
    }
}
