package dev.steelyard.operator.resolve;

import dev.steelyard.operator.address.Cidr;
import java.util.List;
import java.util.Optional;

/**
 * What the administrator decides. The defaults differ: in a cluster tenants are kept apart, in standalone mode the user is the
 * administrator.
 *
 * @param tenants whether the rules that keep tenants apart apply: on members of pools and on reserved ports
 * @param allowedMembers blocks of addresses that pools may use though a rule forbids them
 * @param deniedMembers further blocks that pools may not use, such as those of pods where the Nodes do not tell
 * @param reservedPorts ports that no listener may have on a node's own addresses
 * @param adminPort the dataplane's own port, which no listener may have either; 0: none
 * @param virtualAddresses what becomes of {@code spec.virtualAddresses}
 */
public record Settings(
        boolean tenants,
        List<Cidr> allowedMembers,
        List<Cidr> deniedMembers,
        List<PortRange> reservedPorts,
        int adminPort,
        VirtualAddresses virtualAddresses) {

    /** SSH, the API server, etcd, and the ports of kubelet, kube-proxy, scheduler and controller manager. */
    public static final List<PortRange> RESERVED_PORTS = List.of(
            new PortRange(22, 22), new PortRange(2379, 2380), new PortRange(6443, 6443), new PortRange(10248, 10260));

    public Settings {
        allowedMembers = List.copyOf(allowedMembers);
        deniedMembers = List.copyOf(deniedMembers);
        reservedPorts = List.copyOf(reservedPorts);
    }

    /** What becomes of {@code spec.virtualAddresses}. */
    public enum VirtualAddresses {
        /** Refused: this release does not move addresses. */
        REFUSED,
        /** Listeners answer on all local addresses instead, with a warning. */
        REPLACED,
        /** The same, without a warning: it is meant so. */
        IGNORED
    }

    /** The defaults in a cluster. */
    public static Settings cluster() {
        return new Settings(true, List.of(), List.of(), RESERVED_PORTS, 9090, VirtualAddresses.REFUSED);
    }

    /**
     * Standalone mode.
     *
     * @param adminPort 0: none
     * @param virtualAddresses {@code REPLACED} or {@code IGNORED}
     */
    public static Settings standalone(int adminPort, VirtualAddresses virtualAddresses) {
        return new Settings(false, List.of(), List.of(), List.of(), adminPort, virtualAddresses);
    }

    /** Ports from {@code first} to {@code last}, both included. */
    public record PortRange(int first, int last) {

        /** Reads {@code 22} or {@code 2379-2380}; empty if it is neither. */
        public static Optional<PortRange> parse(String text) {
            if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                return Optional.empty();
            }
            String[] ends = text.split("-", 2);
            PortRange range = new PortRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
            return range.first > 0 && range.last < 65_536 && range.first <= range.last
                    ? Optional.of(range)
                    : Optional.empty();
        }

        /** Whether {@code port} lies in this range. */
        public boolean contains(int port) {
            return first <= port && port <= last;
        }

        /** Whether the two have a port in common. */
        boolean overlaps(PortRange other) {
            return first <= other.last && other.first <= last;
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }
}
