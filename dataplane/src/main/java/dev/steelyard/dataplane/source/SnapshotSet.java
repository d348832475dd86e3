package dev.steelyard.dataplane.source;

import dev.steelyard.dataplane.tls.TicketKeys;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that an index names, as far as it could be read.
 *
 * @param epoch of the index
 * @param revision of the index
 * @param snapshots by virtual service. Where one named by the index cannot be read, the last good one of that virtual service if the
 *     source has it
 * @param rejected those of the index that could not be read, and why
 * @param ticketKeys that all nodes share; absent where there are none
 */
public record SnapshotSet(
        long epoch,
        long revision,
        SortedMap<ObjectKey, Snapshot> snapshots,
        List<Rejected> rejected,
        Optional<TicketKeys> ticketKeys) {

    public SnapshotSet {
        snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
        rejected = List.copyOf(rejected);
    }

    /** One without shared ticket keys. */
    public SnapshotSet(long epoch, long revision, SortedMap<ObjectKey, Snapshot> snapshots, List<Rejected> rejected) {
        this(epoch, revision, snapshots, rejected, Optional.empty());
    }

    /** The same with those keys. */
    public SnapshotSet with(Optional<TicketKeys> keys) {
        return new SnapshotSet(epoch, revision, snapshots, rejected, keys);
    }
}
