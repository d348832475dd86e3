package dev.steelyard.operator.standalone;

import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.source.SnapshotSource;
import dev.steelyard.operator.standalone.Loader.Loaded;
import dev.steelyard.snapshot.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Gives the dataplane what was loaded from files. For all threads; deliveries come one at a time. */
final class FileSource {

    private static final long EPOCH = 1;

    private Loaded current;
    private long revision = 1;
    private @Nullable Consumer<SnapshotSet> snapshotReceiver;
    private EndpointSource.@Nullable Receiver endpointReceiver;

    FileSource(Loaded first) {
        this.current = first;
    }

    /** Replaces what is in force. Returns whether that differs from what was. */
    synchronized boolean update(Loaded next) {
        Loaded before = current;
        current = next;
        if (endpointReceiver != null) {
            deliverEndpoints(endpointReceiver, before.endpoints());
        }
        boolean changed = !next.snapshots().equals(before.snapshots());
        if (changed) {
            revision++;
            if (snapshotReceiver != null) {
                snapshotReceiver.accept(set());
            }
        }
        return changed || !next.endpoints().equals(before.endpoints());
    }

    /** The revision last given out. */
    synchronized long revision() {
        return revision;
    }

    SnapshotSource snapshots() {
        return new SnapshotSource() {
            @Override
            public void start(Consumer<SnapshotSet> receiver) {
                synchronized (FileSource.this) {
                    snapshotReceiver = receiver;
                    receiver.accept(set());
                }
            }

            @Override
            public void close() {
                synchronized (FileSource.this) {
                    snapshotReceiver = null;
                }
            }
        };
    }

    EndpointSource endpoints() {
        return new EndpointSource() {
            @Override
            public void start(Receiver receiver) {
                synchronized (FileSource.this) {
                    endpointReceiver = receiver;
                    deliverEndpoints(receiver, new TreeMap<>());
                    receiver.synced();
                }
            }

            @Override
            public void close() {
                synchronized (FileSource.this) {
                    endpointReceiver = null;
                }
            }
        };
    }

    private SnapshotSet set() {
        return new SnapshotSet(EPOCH, revision, current.snapshots(), List.of());
    }

    private void deliverEndpoints(
            EndpointSource.Receiver receiver, SortedMap<ObjectKey, List<EndpointSource.ServiceEndpoint>> before) {
        for (Map.Entry<ObjectKey, List<EndpointSource.ServiceEndpoint>> service :
                current.endpoints().entrySet()) {
            if (!service.getValue().equals(before.get(service.getKey()))) {
                receiver.endpoints(service.getKey(), service.getValue());
            }
        }
        for (ObjectKey gone : before.keySet()) {
            if (!current.endpoints().containsKey(gone)) {
                receiver.endpoints(gone, List.of());
            }
        }
    }
}
