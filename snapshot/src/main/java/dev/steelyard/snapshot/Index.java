package dev.steelyard.snapshot;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Names the snapshots in force. Written last, after all that it names.
 *
 * @param formatVersion see {@link SnapshotCodec#FORMAT_VERSION}
 * @param epoch of the operator that wrote it: each new leader writes a higher one. A dataplane refuses an index of a lower epoch
 *     than the one it has
 * @param revision grows with each index written in all epochs; acknowledged by nodes
 * @param snapshots by virtual service
 */
public record Index(int formatVersion, long epoch, long revision, SortedMap<ObjectKey, Entry> snapshots) {

    public Index {
        snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
    }

    /**
     * @param digest SHA-256 of the snapshot's canonical JSON, lower-case hex
     * @param secrets names of the Secrets that hold its gzipped JSON, to be joined in this order
     */
    public record Entry(String digest, List<String> secrets) {

        public Entry {
            secrets = List.copyOf(secrets);
        }
    }
}
