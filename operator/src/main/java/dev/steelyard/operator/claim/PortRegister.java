package dev.steelyard.operator.claim;

import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Who holds which port and host. All holders of one port agree on its terms. */
final class PortRegister {

    private final Map<Port, SortedMap<ObjectKey, PortUse>> ports = new HashMap<>();
    private final Map<PortAndHost, ObjectKey> hosts = new HashMap<>();

    private record Port(boolean udp, int number) {

        static List<Port> of(PortUse use) {
            List<Port> all = new ArrayList<>();
            for (int number = use.port(); number <= use.lastPort(); number++) {
                all.add(new Port(use.udp(), number));
            }
            return all;
        }
    }

    private record PortAndHost(int port, String host) {}

    /** The clashes of what {@code claimant} wants with what others hold; what it holds itself does not count. */
    List<Clash> clashes(ObjectKey claimant, List<PortUse> uses) {
        List<Clash> clashes = new ArrayList<>();
        for (PortUse use : uses) {
            List<Clash> termClashes = termClashes(claimant, use);
            clashes.addAll(termClashes);
            if (termClashes.isEmpty()) {
                hostClashes(claimant, use, clashes);
            }
        }
        return clashes;
    }

    private List<Clash> termClashes(ObjectKey claimant, PortUse use) {
        Map<ObjectKey, Clash> clashes = new LinkedHashMap<>(); // of a range, one for each holder will do
        for (Port port : Port.of(use)) {
            for (Map.Entry<ObjectKey, PortUse> holder :
                    ports.getOrDefault(port, Collections.emptySortedMap()).entrySet()) {
                if (holder.getKey().equals(claimant)) {
                    continue;
                }
                Optional<Clash> clash = termClash(use, port.number, holder.getKey(), holder.getValue());
                if (clash.isEmpty()) {
                    return List.of(); // all holders agree: who fits with one fits with all; and ranges never fit
                }
                clashes.putIfAbsent(holder.getKey(), clash.get());
            }
        }
        return List.copyOf(clashes.values());
    }

    private static Optional<Clash> termClash(PortUse use, int port, ObjectKey holder, PortUse held) {
        String listener = "spec.listeners[" + use.index() + "]";
        if (!use.shareable() || !held.shareable()) {
            return Optional.of(new Clash(
                    holder,
                    listener + ".port",
                    (use.udp() ? "UDP port " : "port ") + port + " belongs to VirtualService " + holder
                            + ", and only HTTP, HTTPS and TLS listeners can share one: choose another port"));
        }
        return use.terms()
                .difference(held.terms())
                .map(field -> new Clash(
                        holder,
                        listener + "." + field,
                        "differs from that of VirtualService " + holder + ", which has port " + use.port()
                                + " too: make them equal, in any order, or choose another port"));
    }

    private void hostClashes(ObjectKey claimant, PortUse use, List<Clash> clashes) {
        if (!use.shareable()) {
            return;
        }
        for (int i = 0; i < use.hosts().size(); i++) {
            String host = use.hosts().get(i);
            ObjectKey holder = hosts.get(new PortAndHost(use.port(), host));
            if (holder == null || holder.equals(claimant)) {
                continue;
            }
            clashes.add(
                    host.equals("*")
                            ? new Clash(
                                    holder,
                                    "spec.hosts",
                                    "all hosts that nobody names, on port " + use.port() + ", belong to VirtualService "
                                            + holder + ": name hosts")
                            : new Clash(
                                    holder,
                                    "spec.hosts[" + i + "]",
                                    "host " + host + " on port " + use.port() + " belongs to VirtualService " + holder
                                            + ": choose another host or port"));
        }
    }

    /** Takes what {@link #clashes} said is free. */
    void hold(ObjectKey holder, List<PortUse> uses) {
        for (PortUse use : uses) {
            Port.of(use)
                    .forEach(port ->
                            ports.computeIfAbsent(port, _ -> new TreeMap<>()).put(holder, use));
            if (use.shareable()) {
                use.hosts().forEach(host -> hosts.put(new PortAndHost(use.port(), host), holder));
            }
        }
    }

    /** Gives back what {@link #hold} took. */
    void release(ObjectKey holder, List<PortUse> uses) {
        for (PortUse use : uses) {
            Port.of(use).forEach(port -> Objects.requireNonNull(ports.get(port)).remove(holder));
            if (use.shareable()) {
                use.hosts().forEach(host -> hosts.remove(new PortAndHost(use.port(), host)));
            }
        }
    }
}
