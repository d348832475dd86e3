package dev.steelyard.e2e.node;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;

/** Writes snapshots and indexes as an operator does. */
final class PublishedSnapshots {

    static final String NAMESPACE = "steelyard-snapshots";

    private final KubernetesClient client;
    private final TreeMap<ObjectKey, Index.Entry> entries = new TreeMap<>();

    PublishedSnapshots(KubernetesClient client) {
        this.client = client;
        if (client.namespaces().withName(NAMESPACE).get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    static Snapshot snapshot(ObjectKey key, long generation) {
        return new Snapshot(
                SnapshotCodec.FORMAT_VERSION, key, generation, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    /** Writes a snapshot that the next index names. */
    void write(Snapshot snapshot) {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(snapshot);
        write(snapshot.virtualService(), encoded.digest(), encoded.bytes());
    }

    /** Writes a Secret with any bytes, and names it. */
    void write(ObjectKey key, String digest, byte[] bytes) {
        String name = "snapshot-" + digest.substring(0, 20);
        put(name, "snapshot", bytes);
        entries.put(key, new Index.Entry(digest, List.of(name)));
    }

    void remove(ObjectKey key) {
        entries.remove(key);
    }

    void index(long epoch, long revision) {
        put(
                "index",
                "index",
                SnapshotCodec.encode(new Index(SnapshotCodec.FORMAT_VERSION, epoch, revision, entries))
                        .bytes());
    }

    void put(String name, String key, byte[] bytes) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .addToLabels("steelyard.dev/snapshot", "true")
                .endMetadata()
                .addToData(key, Base64.getEncoder().encodeToString(bytes))
                .build();
        client.resource(secret).forceConflicts().serverSideApply();
    }
}
