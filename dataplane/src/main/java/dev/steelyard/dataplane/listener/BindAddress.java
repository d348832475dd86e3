package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.edition.ListenerKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** Where sockets are bound. */
public final class BindAddress {

    private BindAddress() {}

    /** All addresses: IPv6's, which Linux lets take IPv4 traffic too; IPv4's alone where the kernel has no IPv6. */
    public static InetSocketAddress of(ListenerKey key) {
        if (!key.address().isEmpty()) {
            return new InetSocketAddress(InetAddress.ofLiteral(key.address()), key.port());
        }
        return new InetSocketAddress(InetAddress.ofLiteral(hasIpv6() ? "::" : "0.0.0.0"), key.port());
    }

    private static boolean hasIpv6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(Inet6Address.class::isInstance);
        } catch (SocketException e) {
            return false;
        }
    }
}
