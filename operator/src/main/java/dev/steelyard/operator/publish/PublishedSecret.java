package dev.steelyard.operator.publish;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Map;

/**
 * What matters of a Secret in the snapshots' namespace.
 *
 * @param kind what it is
 * @param digest of its data; of an index, the index's; empty if that cannot be read
 */
public record PublishedSecret(Kind kind, String digest) {

    /** Kinds of Secrets in the snapshots' namespace. */
    public enum Kind {
        INDEX,
        SNAPSHOT,
        /** Not Steelyard's. */
        FOREIGN
    }

    /** Looks at a Secret. */
    public static PublishedSecret of(Secret secret) {
        if (secret.getMetadata().getName().equals(IndexSecret.NAME)) {
            return new PublishedSecret(Kind.INDEX, IndexSecret.digest(secret).orElse(""));
        }
        Map<String, String> labels = secret.getMetadata().getLabels();
        return labels != null && labels.containsKey(SnapshotSecrets.LABEL)
                ? new PublishedSecret(Kind.SNAPSHOT, SnapshotSecrets.dataDigest(secret))
                : new PublishedSecret(Kind.FOREIGN, "");
    }
}
