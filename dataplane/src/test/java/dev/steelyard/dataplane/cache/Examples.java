package dev.steelyard.dataplane.cache;

import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.Certificate;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.TreeMap;

/** Small configurations. */
final class Examples {

    static final ObjectKey WEB = new ObjectKey("shop", "web");
    static final ObjectKey MAIL = new ObjectKey("office", "mail.internal");
    static final SnapshotSet NOTHING = new SnapshotSet(0, 0, new TreeMap<>(), List.of());

    private Examples() {}

    static Snapshot snapshot(ObjectKey key, long generation) {
        return new Snapshot(
                1,
                key,
                generation,
                List.of(),
                List.of("a.example.com"),
                List.of(),
                List.of(),
                List.of(new Certificate(key.toString(), "chain", "very secret")));
    }

    static SnapshotSet set(long epoch, long revision, Snapshot... snapshots) {
        TreeMap<ObjectKey, Snapshot> map = new TreeMap<>();
        for (Snapshot snapshot : snapshots) {
            map.put(snapshot.virtualService(), snapshot);
        }
        return new SnapshotSet(epoch, revision, map, List.of());
    }

    static ServiceEndpoint endpoint(String address) {
        return new ServiceEndpoint(address, 8080, "http", "uid-" + address, true, true, false);
    }
}
