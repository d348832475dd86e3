package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.tls.TicketKeys;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sets of snapshots out of the Secrets that hold the index and the snapshots. Each snapshot is decoded once. One that cannot be used
 * keeps the last good one of its virtual service in force; an index that cannot be used keeps all. One thread.
 */
final class SnapshotAssembler {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotAssembler.class);

    /** Stands for the index in the list of what was refused. */
    static final ObjectKey INDEX_KEY = new ObjectKey(Cluster.SNAPSHOTS_NAMESPACE, Cluster.INDEX);

    private final Map<String, byte[]> parts = new HashMap<>();
    private Map<String, Snapshot> decoded = new HashMap<>();

    /** Secrets of snapshots that could not be used: new content of theirs is news, though the index stays as it is. */
    private final Set<String> spoilt = new HashSet<>();

    private byte @Nullable [] index;
    private Optional<TicketKeys> ticketKeys = Optional.empty();
    private SnapshotSet last;
    private boolean changed;

    /** @param kept what this node last served, of epoch and revision 0 if nothing */
    SnapshotAssembler(SnapshotSet kept) {
        this.last = kept;
    }

    /** Takes a Secret of the snapshots' namespace. */
    void put(String name, byte[] bytes) {
        if (name.equals(Cluster.INDEX)) {
            changed |= !Arrays.equals(index, bytes);
            index = bytes;
        } else if (name.equals(Cluster.TICKET_KEYS)) {
            changed |= takes(bytes);
        } else {
            byte[] before = parts.put(name, bytes);
            changed |= spoilt.contains(name) && !Arrays.equals(before, bytes);
        }
    }

    /** Whether these are other keys than before; what is no key is passed over. */
    private boolean takes(byte[] keys) {
        try {
            Optional<TicketKeys> next = Optional.of(TicketKeys.read(keys));
            boolean others = !next.equals(ticketKeys);
            ticketKeys = next;
            return others;
        } catch (IllegalArgumentException e) {
            LOG.warn("Secret {} is passed over: {}", Cluster.TICKET_KEYS, e.getMessage());
            return false;
        }
    }

    /** A Secret is gone. Without the index, what it said last stays in force. */
    void remove(String name) {
        parts.remove(name);
    }

    /** Forgets all Secrets but these. */
    void retain(Set<String> names) {
        parts.keySet().retainAll(names);
    }

    /**
     * The set that the index names, if that is news.
     *
     * @param complete wait for Secrets that are named and not here; else their virtual services are refused
     */
    Optional<SnapshotSet> assemble(boolean complete) {
        if (index == null || !changed) {
            return Optional.empty();
        }
        Index names;
        try {
            names = SnapshotCodec.decodeIndex(index);
        } catch (SnapshotFormatException e) {
            return refused(List.of(
                    new Rejected(INDEX_KEY, "", "the index is unusable, keeping what is in force: " + e.getMessage())));
        }
        if (names.epoch() < last.epoch()) {
            return refused(ofOlderEpoch(names));
        }
        if (complete && !missing(names).isEmpty()) {
            return Optional.empty();
        }
        changed = false;
        last = assemble(names);
        return Optional.of(last.with(ticketKeys));
    }

    /** Whether Secrets that the index names are not here yet. */
    boolean incomplete() {
        if (index == null || !changed) {
            return false;
        }
        try {
            return !missing(SnapshotCodec.decodeIndex(index)).isEmpty();
        } catch (SnapshotFormatException e) {
            return false;
        }
    }

    private List<String> missing(Index names) {
        return names.snapshots().values().stream()
                .filter(entry -> !decoded.containsKey(entry.digest()))
                .flatMap(entry -> entry.secrets().stream())
                .filter(secret -> !parts.containsKey(secret))
                .toList();
    }

    private SnapshotSet assemble(Index names) {
        SortedMap<ObjectKey, Snapshot> snapshots = new TreeMap<>();
        List<Rejected> rejected = new ArrayList<>();
        Map<String, Snapshot> inForce = new HashMap<>();
        spoilt.clear();
        names.snapshots().forEach((key, entry) -> {
            try {
                Snapshot snapshot = decode(key, entry);
                snapshots.put(key, snapshot);
                inForce.put(entry.digest(), snapshot);
            } catch (SnapshotFormatException e) {
                rejected.add(new Rejected(key, entry.digest(), String.valueOf(e.getMessage())));
                spoilt.addAll(entry.secrets());
                Snapshot lastGood = last.snapshots().get(key);
                if (lastGood != null) {
                    snapshots.put(key, lastGood);
                }
            }
        });
        decoded = inForce;
        return new SnapshotSet(names.epoch(), names.revision(), snapshots, rejected);
    }

    private Snapshot decode(ObjectKey key, Index.Entry entry) throws SnapshotFormatException {
        Snapshot known = decoded.get(entry.digest());
        if (known != null) {
            return known;
        }
        List<byte[]> bytes = new ArrayList<>();
        for (String secret : entry.secrets()) {
            byte[] part = parts.get(secret);
            if (part == null) {
                throw new SnapshotFormatException(
                        "Secret " + Cluster.SNAPSHOTS_NAMESPACE + "/" + secret + ", which the index names, is missing");
            }
            bytes.add(part);
        }
        Snapshot snapshot = SnapshotCodec.decodeSnapshot(SnapshotCodec.join(bytes), entry.digest());
        if (!snapshot.virtualService().equals(key)) {
            throw new SnapshotFormatException(
                    "the index names it for " + key + ", it is of " + snapshot.virtualService());
        }
        return snapshot;
    }

    /** What an index of an older epoch would change. */
    private List<Rejected> ofOlderEpoch(Index names) {
        String reason = "it is named by an index of epoch " + names.epoch() + ", and this node has had one of epoch "
                + last.epoch()
                + ": an operator that no longer leads goes on writing, or needs a restart to take a newer epoch";
        Set<String> inForce = last.snapshots().values().stream()
                .map(snapshot -> SnapshotCodec.encode(snapshot).digest())
                .collect(Collectors.toSet());
        List<Rejected> rejected = new ArrayList<>();
        names.snapshots().forEach((key, entry) -> {
            if (!inForce.contains(entry.digest())) {
                rejected.add(new Rejected(key, entry.digest(), reason));
            }
        });
        return rejected;
    }

    /** With nothing in force, there is nothing to deliver: a node that never had a configuration does not get an empty one. */
    private Optional<SnapshotSet> refused(List<Rejected> rejected) {
        changed = false;
        if (last.revision() == 0 && last.snapshots().isEmpty()) {
            return Optional.empty();
        }
        last = new SnapshotSet(last.epoch(), last.revision(), last.snapshots(), rejected);
        return Optional.of(last.with(ticketKeys));
    }
}
