package dev.steelyard.dataplane;

import dev.steelyard.dataplane.edition.Build;
import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.ListenerPlan.Owner;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.NodeReport.Resolved;
import dev.steelyard.snapshot.NodeReport.Totals;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.SnapshotCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts together what a node says of itself, in stable order and within bounds. */
final class Reports {

    private Reports() {}

    /** @param failures why sockets are not bound */
    static NodeReport of(
            String version,
            Build build,
            RefusedIndex refused,
            Map<ListenerKey, String> failures,
            List<EndpointDown> down,
            List<Resolved> resolved) {
        List<Rejected> rejected = new ArrayList<>(build.rejected());
        rejected.addAll(refused.rejected());
        List<ListenerFailure> unbound = unbound(build, failures);
        DownSample sample = DownSample.of(down);
        return new NodeReport(
                version,
                SnapshotCodec.FORMAT_VERSION,
                build.edition().epoch(),
                build.edition().revision(),
                NodeReport.first(rejected, NodeReport.MAX_ITEMS),
                NodeReport.first(unbound, NodeReport.MAX_ITEMS),
                sample.named(),
                NodeReport.first(resolved, NodeReport.MAX_POOLS),
                sample.counts(),
                new Totals(rejected.size(), unbound.size(), down.size(), resolved.size()));
    }

    /**
     * Which listeners are bound, with all of their ports; what HTTP/3 does does not count.
     *
     * @param failures why sockets are not bound
     * @return by virtual service and the listener's name
     */
    static Map<ObjectKey, Map<String, Boolean>> bound(Build build, Map<ListenerKey, String> failures) {
        Map<ObjectKey, Map<String, Boolean>> bound = new HashMap<>();
        build.edition().listeners().forEach((key, plan) -> {
            if (!(plan instanceof ListenerPlan.Quic)) {
                plan.owners()
                        .forEach(owner -> bound.computeIfAbsent(owner.virtualService(), _ -> new TreeMap<>())
                                .merge(owner.listener(), !failures.containsKey(key), Boolean::logicalAnd));
            }
        });
        return bound;
    }

    private static List<ListenerFailure> unbound(Build build, Map<ListenerKey, String> failures) {
        List<ListenerFailure> unbound = unbound(build, failures, false);
        unbound.addAll(unbound(build, failures, true));
        return unbound;
    }

    /** One for each listener, since a range of ports may fail as one. */
    private static List<ListenerFailure> unbound(Build build, Map<ListenerKey, String> failures, boolean http3) {
        Map<Owner, List<String>> byOwner = new LinkedHashMap<>();
        failures.forEach((key, reason) -> {
            ListenerPlan plan = build.edition().listeners().get(key);
            if (plan != null && plan instanceof ListenerPlan.Quic == http3) {
                plan.owners()
                        .forEach(owner -> byOwner.computeIfAbsent(owner, _ -> new ArrayList<>())
                                .add(reason));
            }
        });
        List<ListenerFailure> unbound = new ArrayList<>();
        byOwner.forEach((owner, reasons) -> unbound.add(new ListenerFailure(
                owner.virtualService(),
                owner.listener(),
                reasons.size() == 1
                        ? reasons.getFirst()
                        : reasons.getFirst() + "; and " + (reasons.size() - 1) + " more of its ports",
                http3)));
        return unbound;
    }
}
