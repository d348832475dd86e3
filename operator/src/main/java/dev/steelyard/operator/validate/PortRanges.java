package dev.steelyard.operator.validate;

import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec.Protocol;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.snapshot.Listener;
import java.util.ArrayList;
import java.util.List;

/** The ports of one virtual service's listeners, which may not overlap and are bounded in number. */
final class PortRanges {

    /** Of all listeners together. Each port is a socket on every node. */
    private static final int MOST_TOGETHER = 4 * Listener.MAX_PORTS;

    private final Findings findings;
    private final List<ListenerSpec> seen = new ArrayList<>();
    private int count;

    PortRanges(Findings findings) {
        this.findings = findings;
    }

    void add(ListenerSpec listener, String field) {
        boolean ranged = listener.endPort() != 0;
        boolean may = listener.protocol() == Protocol.TCP || listener.protocol() == Protocol.UDP;
        if (ranged && (!may || listener.endPort() <= listener.port())) {
            invalid(field + ".endPort", "endPort is for TCP and UDP listeners and must be greater than port");
        }
        for (ListenerSpec other : seen) {
            boolean sameTransport = (other.protocol() == Protocol.UDP) == (listener.protocol() == Protocol.UDP);
            if ((sameTransport || (usesUdp(other) && usesUdp(listener)))
                    && other.port() <= last(listener)
                    && listener.port() <= last(other)) {
                int shared = Math.max(other.port(), listener.port());
                invalid(field + ".port", "listener " + other.name() + " has port " + shared + " already");
                break;
            }
        }
        seen.add(listener);
        int ports = last(listener) - listener.port() + 1;
        int before = count;
        count += ports;
        if (ports > Listener.MAX_PORTS) {
            invalid(
                    field + ".endPort",
                    "a range has at most " + Listener.MAX_PORTS
                            + " ports, since each is a socket on every node, and this" + " one has " + ports
                            + ": narrow it");
        } else if (before <= MOST_TOGETHER && count > MOST_TOGETHER) {
            invalid(
                    field + ".endPort",
                    "the listeners of a virtual service have at most " + MOST_TOGETHER
                            + " ports together, since each is a socket on every node: narrow the ranges, or split the"
                            + " virtual service");
        }
    }

    private static boolean usesUdp(ListenerSpec listener) {
        return listener.protocol() == Protocol.UDP
                || (listener.tls() != null && Boolean.TRUE.equals(listener.tls().http3()));
    }

    /** The last port of a listener's range. */
    private static int last(ListenerSpec listener) {
        return Math.max(listener.port(), listener.endPort());
    }

    private void invalid(String field, String message) {
        findings.refused(field, Reason.INVALID, message);
    }
}
