package dev.steelyard.e2e.installed;

import dev.steelyard.e2e.cluster.Cluster;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** What the operator has published, and ways to spoil it. */
public final class Published {
    private static final String NAMESPACE = "steelyard-snapshots";
    private static final String INDEX = "index";
    private static final String SNAPSHOT = "snapshot";

    private Published() {}

    /** The Secrets that the index names for a virtual service: UID and version by name. */
    public static Map<String, String> versions(Cluster cluster, ObjectKey virtualService) {
        Map<String, String> versions = new TreeMap<>();
        for (String name : entry(cluster, virtualService).secrets()) {
            ObjectMeta metadata = secret(cluster, name).getMetadata();
            versions.put(name, metadata.getUid() + " " + metadata.getResourceVersion());
        }
        return versions;
    }

    /** The index in force. */
    public static Index index(Cluster cluster) {
        try {
            return SnapshotCodec.decodeIndex(bytes(secret(cluster, INDEX), INDEX));
        } catch (SnapshotFormatException e) {
            throw new AssertionError(e);
        }
    }

    /** Replaces the index. */
    public static void writeIndex(Cluster cluster, Index index) {
        Secret changed = new SecretBuilder(secret(cluster, INDEX))
                .addToData(
                        INDEX,
                        Base64.getEncoder()
                                .encodeToString(SnapshotCodec.encode(index).bytes()))
                .build();
        cluster.client().resource(changed).update();
    }

    /** The stored bytes of a virtual service that fits in one Secret. */
    public static byte[] snapshot(Cluster cluster, ObjectKey virtualService) {
        return bytes(secret(cluster, nameOf(cluster, virtualService)), SNAPSHOT);
    }

    /**
     * Puts other bytes under the name of the Secret that the index names for a virtual service. It has a finalizer, so that
     * nobody can replace it before {@link #release}.
     */
    public static void spoil(Cluster cluster, ObjectKey virtualService, byte[] bytes) {
        Secret there = secret(cluster, nameOf(cluster, virtualService));
        cluster.client().resource(there).delete();
        create(cluster, there, there.getMetadata().getName(), bytes, "steelyard.dev/spoilt");
    }

    /** Lets a spoilt Secret go. */
    public static void release(Cluster cluster, ObjectKey virtualService) {
        cluster.client()
                .secrets()
                .inNamespace(NAMESPACE)
                .withName(nameOf(cluster, virtualService))
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"finalizers\":null}}");
    }

    /** Adds a Secret beside that of a virtual service. */
    public static void add(Cluster cluster, ObjectKey virtualService, String name, byte[] bytes) {
        create(cluster, secret(cluster, nameOf(cluster, virtualService)), name, bytes);
    }

    private static void create(Cluster cluster, Secret like, String name, byte[] bytes, String... finalizers) {
        Secret other = new SecretBuilder(like)
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .withLabels(like.getMetadata().getLabels())
                .withAnnotations(like.getMetadata().getAnnotations())
                .withFinalizers(finalizers)
                .endMetadata()
                .addToData(SNAPSHOT, Base64.getEncoder().encodeToString(bytes))
                .build();
        cluster.client().resource(other).create();
    }

    private static String nameOf(Cluster cluster, ObjectKey virtualService) {
        return entry(cluster, virtualService).secrets().getFirst();
    }

    private static Index.Entry entry(Cluster cluster, ObjectKey virtualService) {
        Index.Entry entry = index(cluster).snapshots().get(virtualService);
        if (entry == null) {
            throw new AssertionError(virtualService + " is not published");
        }
        return entry;
    }

    private static Secret secret(Cluster cluster, String name) {
        return cluster.client().secrets().inNamespace(NAMESPACE).withName(name).require();
    }

    private static byte[] bytes(Secret secret, String key) {
        return Base64.getDecoder().decode(secret.getData().get(key));
    }
}
