package dev.steelyard.dataplane.dns;

import io.netty.handler.codec.dns.DnsRecordType;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Asks once what addresses a name has. */
@FunctionalInterface
public interface AddressLookup extends AutoCloseable {

    /**
     * Begins to ask; called on the control thread, returns at once.
     *
     * @param host DNS name
     * @param answer called once, on any thread
     */
    void lookup(String host, Family family, Consumer<Answer> answer);

    /** Lets go of what it holds. */
    @Override
    default void close() {}

    /** A kind of address. */
    enum Family {
        IPV4,
        IPV6;

        /** How many an address has. */
        int octets() {
            return this == IPV4 ? 4 : 16;
        }

        DnsRecordType type() {
            return this == IPV4 ? DnsRecordType.A : DnsRecordType.AAAA;
        }

        /** IPv4, and IPv6 if an interface of this machine has such an address of more than local scope. */
        static Set<Family> ofThisMachine() {
            try {
                boolean ipv6 = NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .anyMatch(address -> address instanceof Inet6Address
                                && !address.isLoopbackAddress()
                                && !address.isLinkLocalAddress());
                return ipv6 ? EnumSet.allOf(Family.class) : EnumSet.of(IPV4);
            } catch (SocketException e) {
                return EnumSet.of(IPV4);
            }
        }
    }

    /** What came of it. */
    sealed interface Answer {

        /**
         * These addresses, at least one.
         *
         * @param ttl for which the answer holds
         */
        record Found(List<InetAddress> addresses, Duration ttl) implements Answer {
            public Found {
                addresses = List.copyOf(addresses);
            }
        }

        /** An authority says that the name does not exist, or has no address of that family. */
        record Absent() implements Answer {}

        /** No answer could be had; the reason is for people. */
        record Failed(String reason) implements Answer {}
    }
}
