package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Totals;
import dev.steelyard.snapshot.NodeReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The reports of all nodes, indexed by what they are about; those of unreachable nodes say nothing of the present. */
public final class NodeReports {

    private final List<NodeState> live;
    private final List<NodeState> unreachable;
    private final Map<String, Map<String, DataplaneNodeStatus.Rejected>> rejected = new HashMap<>();
    private final Map<String, Map<String, List<DataplaneNodeStatus.ListenerFailure>>> listenerFailures =
            new HashMap<>();
    private final Map<String, Map<String, List<DataplaneNodeStatus.EndpointDown>>> down = new HashMap<>();
    private final Map<String, Integer> resolved = new HashMap<>();
    private final Map<String, Map<String, Integer>> downOfPools = new HashMap<>();
    private final Map<String, Set<String>> counting = new HashMap<>();
    private final Set<String> cutRejected = new HashSet<>();
    private final Set<String> cutListenerFailures = new HashSet<>();
    private final Set<String> cutDown = new HashSet<>();
    private boolean cutResolved;

    /** Indexes the reports. */
    public NodeReports(List<NodeState> nodes) {
        List<NodeState> sorted =
                nodes.stream().sorted(Comparator.comparing(NodeState::name)).toList();
        live = sorted.stream().filter(NodeState::live).toList();
        unreachable = sorted.stream().filter(node -> !node.live()).toList();
        for (NodeState node : live) {
            node.report().ifPresent(report -> index(node.name(), report));
        }
    }

    private void index(String node, DataplaneNodeStatus report) {
        report.rejected()
                .forEach(one -> rejected.computeIfAbsent(one.virtualService(), _ -> new TreeMap<>())
                        .put(node, one));
        report.listenerFailures()
                .forEach(one -> listenerFailures
                        .computeIfAbsent(one.virtualService(), _ -> new TreeMap<>())
                        .computeIfAbsent(node, _ -> new ArrayList<>())
                        .add(one));
        report.down().forEach(one -> {
            down.computeIfAbsent(one.pool(), _ -> new TreeMap<>())
                    .computeIfAbsent(one.address(), _ -> new ArrayList<>())
                    .add(one);
            downOfPools.computeIfAbsent(one.pool(), _ -> new HashMap<>()).merge(node, 1, Integer::sum);
        });
        report.resolved().forEach(one -> resolved.merge(one.pool(), one.endpoints(), Math::max));
        report.downCounts().forEach(one -> {
            downOfPools.computeIfAbsent(one.pool(), _ -> new HashMap<>()).put(node, one.endpoints());
            counting.computeIfAbsent(one.pool(), _ -> new HashSet<>()).add(node);
        });
        Optional<Totals> totals = Optional.ofNullable(report.totals());
        if (isCut(report.rejected().size(), totals.map(Totals::rejected))) {
            cutRejected.add(node);
        }
        if (isCut(report.listenerFailures().size(), totals.map(Totals::listenerFailures))) {
            cutListenerFailures.add(node);
        }
        if (isCut(told(report), totals.map(Totals::down))) {
            cutDown.add(node);
        }
        cutResolved |= isCut(report.resolved().size(), totals.map(Totals::resolved));
    }

    /** A dataplane of a version that tells no totals has cut a list that is as long as may be. */
    private static boolean isCut(int size, Optional<Integer> total) {
        return total.map(all -> all > size).orElse(size >= NodeReport.MAX_ITEMS);
    }

    /** How many endpoints that are down a report tells of, by name or by number. */
    private static int told(DataplaneNodeStatus report) {
        Set<String> counted = report.downCounts().stream()
                .map(DataplaneNodeStatus.DownCount::pool)
                .collect(Collectors.toSet());
        long named = report.down().stream()
                .filter(one -> !counted.contains(one.pool()))
                .count();
        return (int) named
                + report.downCounts().stream()
                        .mapToInt(DataplaneNodeStatus.DownCount::endpoints)
                        .sum();
    }

    /** Whether a node refuses more snapshots than it names. */
    boolean refusesMore(String node) {
        return cutRejected.contains(node);
    }

    /** Whether more listeners are not bound on a node than it names. */
    boolean hasMoreUnbound(String node) {
        return cutListenerFailures.contains(node);
    }

    /** How many endpoints of a pool each node sees down, if there is a node that does not name all of them; else empty. */
    Collection<Integer> downCounts(String pool) {
        return counting.containsKey(pool)
                ? downOfPools.getOrDefault(pool, Map.of()).values()
                : List.of();
    }

    /** How many nodes see more endpoints down than they tell of, any of which may be of this pool. */
    int tellingTooLittle(String pool) {
        return (int) cutDown.stream()
                .filter(node -> !counting.getOrDefault(pool, Set.of()).contains(node))
                .count();
    }

    /** Whether it is told how many endpoints the DNS names of a pool have. */
    boolean isResolvedKnown(String pool) {
        return !cutResolved || resolved.containsKey(pool);
    }

    /** Nodes with a fresh Lease, by name. */
    List<NodeState> live() {
        return live;
    }

    /** Nodes with a stale Lease or none, by name. */
    List<NodeState> unreachable() {
        return unreachable;
    }

    /** By node: why it refuses the snapshot of a virtual service. */
    Map<String, DataplaneNodeStatus.Rejected> rejected(String virtualService) {
        return rejected.getOrDefault(virtualService, Map.of());
    }

    /** By node: listeners of a virtual service that are not bound. */
    Map<String, List<DataplaneNodeStatus.ListenerFailure>> listenerFailures(String virtualService) {
        return listenerFailures.getOrDefault(virtualService, Map.of());
    }

    /** By address: what nodes say of endpoints of a pool that they see down. */
    Map<String, List<DataplaneNodeStatus.EndpointDown>> down(String pool) {
        return down.getOrDefault(pool, Map.of());
    }

    /** How many endpoints the DNS names of a pool have, on the node that has most. */
    int resolved(String pool) {
        return resolved.getOrDefault(pool, 0);
    }
}
