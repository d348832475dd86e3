package dev.steelyard.dataplane.source;

import java.util.function.Consumer;

/** Where snapshots come from: the cluster, files, or the node's cache. */
public interface SnapshotSource extends AutoCloseable {

    /**
     * Begins to deliver. Each delivery is the whole set in force, and replaces the one before. Deliveries come one at a time from a
     * thread of the source's; the receiver returns quickly.
     */
    void start(Consumer<SnapshotSet> receiver);

    /** Ends deliveries; none comes after this returns. */
    @Override
    void close();
}
