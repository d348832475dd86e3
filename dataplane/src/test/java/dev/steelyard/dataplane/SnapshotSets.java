package dev.steelyard.dataplane;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes sets of snapshots for tests. */
public final class SnapshotSets {

    private SnapshotSets() {}

    public static SnapshotSet of(long revision, VirtualServices... services) {
        return of(1, revision, services);
    }

    public static SnapshotSet of(long epoch, long revision, VirtualServices... services) {
        SortedMap<ObjectKey, Snapshot> snapshots = new TreeMap<>();
        for (VirtualServices service : services) {
            Snapshot snapshot = service.snapshot();
            snapshots.put(snapshot.virtualService(), snapshot);
        }
        return new SnapshotSet(epoch, revision, snapshots, List.of());
    }
}
