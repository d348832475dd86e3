package dev.steelyard.operator.claim;

import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What one listener of a virtual service claims: a port, and there some hosts, all others, or everything; or a range of ports.
 *
 * @param index of the listener in the spec
 * @param port 1..65535
 * @param lastPort {@code port}, or the last port of the range that begins there
 * @param terms for sharing the port
 * @param hosts claimed; {@code *} stands for every host that nobody names
 * @param udp whether it is of UDP's ports: they are others than those of TCP
 */
public record PortUse(int index, int port, int lastPort, ListenerTerms terms, List<String> hosts, boolean udp) {

    private static final String EVERY_HOST = "*";

    public PortUse {
        hosts = List.copyOf(hosts);
    }

    /** What all listeners of a valid spec claim. */
    public static List<PortUse> of(VirtualServiceSpec spec) {
        List<PortUse> uses = new ArrayList<>();
        for (int i = 0; i < spec.listeners().size(); i++) {
            ListenerSpec listener = spec.listeners().get(i);
            List<String> hosts = spec.hosts().isEmpty() ? List.of(EVERY_HOST) : spec.hosts();
            int last = Math.max(listener.port(), listener.endPort());
            ListenerTerms terms = ListenerTerms.of(listener);
            boolean udp = listener.protocol() == ListenerSpec.Protocol.UDP;
            uses.add(new PortUse(i, listener.port(), last, terms, hosts, udp));
            if (listener.tls() != null && Boolean.TRUE.equals(listener.tls().http3())) {
                uses.add(new PortUse(i, listener.port(), last, terms, hosts, true));
            }
        }
        return List.copyOf(uses);
    }

    /** Whether hosts tell requests on this port apart, so that it can be shared. */
    boolean shareable() {
        return switch (terms.protocol()) {
            case HTTP, HTTPS, TLS -> true;
            case TCP, UDP -> false;
        };
    }
}
