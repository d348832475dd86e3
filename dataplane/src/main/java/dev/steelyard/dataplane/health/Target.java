package dev.steelyard.dataplane.health;

import dev.steelyard.dataplane.tls.ClientTls;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a check asks.
 *
 * @param address and port
 * @param host DNS name by which its pool knows it, or else its IP address
 * @param tls of its pool; absent if that has none
 */
public record Target(
        InetSocketAddress address, String host, @Nullable ClientTls tls) {

    /** The same on another port. */
    Target on(int port) {
        return new Target(new InetSocketAddress(address.getAddress(), port), host, tls);
    }
}
