package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.metrics.RouteId;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** An edition with what it was made of, from which the next one is made. Immutable; seen by the control thread alone. */
public final class Build {

    /** Before the first snapshots. */
    public static final Build EMPTY = new Build(Edition.EMPTY, new TreeMap<>(), Map.of(), List.of());

    private final Edition edition;
    private final SortedMap<ObjectKey, ServicePlan> services;
    private final Map<ListenerKey, Socket> sockets;
    private final List<Rejected> rejected;

    Build(
            Edition edition,
            SortedMap<ObjectKey, ServicePlan> services,
            Map<ListenerKey, Socket> sockets,
            List<Rejected> rejected) {
        this.edition = edition;
        this.services = Collections.unmodifiableSortedMap(services);
        this.sockets = Map.copyOf(sockets);
        this.rejected = List.copyOf(rejected);
    }

    /** The plan of a socket and the claims that it was merged from, in order. */
    record Socket(List<Claim> claims, ListenerPlan plan) {}

    /** What is to be served. */
    public Edition edition() {
        return edition;
    }

    /** Virtual services not served as the index names them, and why. */
    public List<Rejected> rejected() {
        return rejected;
    }

    /** The snapshots that are served: for those rejected, the last good ones. */
    public List<Snapshot> snapshots() {
        return services.values().stream().map(ServicePlan::snapshot).toList();
    }

    /** What requests are counted by. */
    public Set<RouteId> meters() {
        Set<RouteId> all = new HashSet<>();
        services.values().forEach(service -> all.addAll(service.meters()));
        return all;
    }

    /** When the certificates that are shown expire, by name. */
    public Map<String, Instant> expiries() {
        Map<String, Instant> all = new TreeMap<>();
        services.values().forEach(service -> all.putAll(service.expiries()));
        return all;
    }

    SortedMap<ObjectKey, ServicePlan> services() {
        return services;
    }

    Map<ListenerKey, Socket> sockets() {
        return sockets;
    }
}
