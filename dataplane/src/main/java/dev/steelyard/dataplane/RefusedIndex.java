package dev.steelyard.dataplane;

import dev.steelyard.dataplane.edition.Build;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An index of an older epoch than the one in force: written by an operator that has lost its leadership, or does not know of what came
 * after it. None of it is applied.
 *
 * @param rejected the snapshots that it names and that are not served as named
 */
record RefusedIndex(List<Rejected> rejected) {

    static final RefusedIndex NONE = new RefusedIndex(List.of());

    RefusedIndex {
        rejected = List.copyOf(rejected);
    }

    static RefusedIndex of(SnapshotSet set, Build inForce) {
        Map<ObjectKey, Snapshot> served = new HashMap<>();
        inForce.snapshots().forEach(snapshot -> served.put(snapshot.virtualService(), snapshot));
        String reason = "the index is of epoch " + set.epoch() + ", older than epoch "
                + inForce.edition().epoch()
                + " in force on this node: restart the operator, so that it takes a newer one";
        List<Rejected> rejected = new ArrayList<>();
        set.snapshots().forEach((key, snapshot) -> {
            Snapshot before = served.get(key);
            if (!snapshot.equals(before)) {
                Rejected refusal =
                        new Rejected(key, SnapshotCodec.encode(snapshot).digest(), reason);
                rejected.add(before == null ? refusal : refusal.serving(before));
            }
        });
        return new RefusedIndex(rejected);
    }
}
