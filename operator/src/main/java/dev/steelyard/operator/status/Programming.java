package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Rejected;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.FailingNode;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which nodes have acknowledged the published snapshot of one virtual service. A node has when it has applied the revision that
 * first named the snapshot, or a later one, and does not report the snapshot as refused. It serves it when at least one of the
 * snapshot's listeners is bound.
 *
 * @param programmed live nodes that serve the published snapshot, all of its listeners or some; of one without listeners, those that
 *     have acknowledged it
 * @param pending live nodes that have not come to it yet
 * @param failing live nodes that refuse it or cannot bind a listener, at most {@value #MAX_FAILING}
 * @param silent live nodes that have come to it and report so many failures that one may be missing
 * @param serving how many live nodes serve this snapshot or an older one
 * @param perhaps how many more may, but do not say so
 * @param bound on how many nodes that have acknowledged it each listener of the snapshot is bound
 * @param generation the one that all live nodes serve, if they do
 */
record Programming(
        List<NodeState> programmed,
        List<NodeState> pending,
        List<FailingNode> failing,
        List<NodeState> silent,
        int serving,
        int perhaps,
        Map<String, Integer> bound,
        Optional<Long> generation) {

    static final int MAX_FAILING = 20;
    private static final int MAX_REASON = 1024;

    static Programming of(ObjectKey key, Optional<Standing.Named> named, NodeReports nodes) {
        List<NodeState> programmed = new ArrayList<>();
        List<NodeState> pending = new ArrayList<>();
        List<FailingNode> failing = new ArrayList<>();
        List<NodeState> silent = new ArrayList<>();
        Map<String, Integer> boundNodes = new HashMap<>();
        if (named.isEmpty()) {
            return new Programming(programmed, pending, failing, silent, 0, 0, boundNodes, Optional.empty());
        }
        Standing.Named published = named.get();
        Map<String, Rejected> rejected = nodes.rejected(key.toString());
        Map<String, List<ListenerFailure>> failures = nodes.listenerFailures(key.toString());
        int serving = 0;
        int perhaps = 0;
        for (NodeState node : nodes.live()) {
            Optional<Rejected> refusal = Optional.ofNullable(rejected.get(node.name()));
            List<ListenerFailure> unbound = failures.getOrDefault(node.name(), List.of());
            List<String> bound = new ArrayList<>(listeners(published.snapshot()));
            unbound.stream()
                    .filter(failure -> !failure.http3Alone())
                    .forEach(failure -> bound.remove(failure.listener()));
            // Of a snapshot that cannot be read back the listeners are not known: one that is bound is taken to be
            // left.
            boolean open = !bound.isEmpty() || published.snapshot().isEmpty();
            Serves serves;
            if (node.appliedRevision() < published.revision()) {
                pending.add(node);
                serves = olderThan(published, node, refusal, nodes);
            } else if (refusal.filter(one -> isOf(published, one)).isPresent()) {
                failing.add(failing(node, refusal.get().reason()));
                serves = insteadOf(refusal.get());
            } else {
                boolean tells =
                        !(refusal.isEmpty() && nodes.refusesMore(node.name())) && !nodes.hasMoreUnbound(node.name());
                serves = tells ? Serves.YES : Serves.PERHAPS;
                if (!unbound.isEmpty()) {
                    failing.add(failing(
                            node,
                            unbound.stream()
                                    .map(failure -> "listener " + failure.listener() + ": " + failure.reason())
                                    .collect(Collectors.joining("; "))));
                }
                if (!tells) {
                    silent.add(node);
                } else {
                    if (open || unbound.isEmpty()) {
                        programmed.add(node);
                    }
                    bound.forEach(listener -> boundNodes.merge(listener, 1, Integer::sum));
                }
            }
            serving += open && serves == Serves.YES ? 1 : 0;
            perhaps += open && serves == Serves.PERHAPS ? 1 : 0;
        }
        boolean all = !programmed.isEmpty() && pending.isEmpty() && failing.isEmpty() && silent.isEmpty();
        return new Programming(
                programmed,
                pending,
                List.copyOf(failing.subList(0, Math.min(failing.size(), MAX_FAILING))),
                silent,
                serving,
                perhaps,
                boundNodes,
                all ? published.generation() : Optional.empty());
    }

    /** Whether a node serves any snapshot of the virtual service. */
    private enum Serves {
        YES,
        NO,
        PERHAPS
    }

    /** Whether a refusal says that the published snapshot is not served: by its digest, or by that of what is served instead. */
    private static boolean isOf(Standing.Named published, Rejected refusal) {
        String instead = refusal.servingDigest();
        return refusal.digest().equals(published.digest()) || (instead != null && !instead.equals(published.digest()));
    }

    /** A dataplane of a version that does not tell what it serves instead may serve an older snapshot or none. */
    private static Serves insteadOf(Rejected refusal) {
        String instead = refusal.servingDigest();
        return instead == null ? Serves.PERHAPS : instead.isEmpty() ? Serves.NO : Serves.YES;
    }

    private static Serves olderThan(
            Standing.Named published, NodeState node, Optional<Rejected> refusal, NodeReports nodes) {
        if (node.appliedRevision() == 0) {
            return Serves.NO;
        }
        if (refusal.isPresent()) {
            return insteadOf(refusal.get());
        }
        if (nodes.refusesMore(node.name()) || nodes.hasMoreUnbound(node.name())) {
            return Serves.PERHAPS;
        }
        if (node.appliedRevision() >= published.since()) {
            return Serves.YES;
        }
        return published.sinceExact() ? Serves.NO : Serves.PERHAPS;
    }

    /** Names of the listeners of a snapshot; none of one that is not known. */
    static List<String> listeners(Optional<Snapshot> snapshot) {
        return snapshot.stream()
                .flatMap(known -> known.listeners().stream())
                .map(Listener::name)
                .toList();
    }

    /** On how many nodes a listener is bound. */
    int bound(String listener) {
        return bound.getOrDefault(listener, 0);
    }

    /** Such as {@code 2/3}. */
    String count(NodeReports nodes) {
        return programmed.size() + "/" + nodes.live().size();
    }

    /** Names the nodes that report too little. */
    String silentText() {
        return Texts.few(silent.stream().map(NodeState::name).toList(), 4, ",") + " cannot report all failures";
    }

    /** Names the unreachable nodes, for the end of a message; empty if there are none. */
    String unreachableText(NodeReports nodes) {
        List<NodeState> away = nodes.unreachable();
        if (away.isEmpty()) {
            return "";
        }
        String names = away.stream().limit(4).map(NodeState::name).collect(Collectors.joining(","));
        return "; unreachable: " + names + (away.size() > 4 ? ",+" + (away.size() - 4) : "");
    }

    private static FailingNode failing(NodeState node, String reason) {
        return new FailingNode(node.name(), reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    }
}
