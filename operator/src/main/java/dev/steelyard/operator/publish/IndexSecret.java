package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Base64;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and replaces the Secret that holds the index. */
final class IndexSecret {

    static final String NAME = "index";
    static final String KEY = "index";
    static final String WRITER_ANNOTATION = "steelyard.dev/writer";

    private static final Logger LOG = LoggerFactory.getLogger(IndexSecret.class);

    private IndexSecret() {}

    /**
     * @param index absent if there is none or it cannot be read
     * @param version {@code metadata.resourceVersion}; absent if the Secret does not exist
     * @param writer identity of the replica that wrote it; empty if it does not say
     */
    record Found(Optional<Index> index, Optional<String> version, String writer) {}

    /** The digest that {@link SnapshotCodec} gives an index, of the one in {@code secret}; absent if it cannot be read. */
    static Optional<String> digest(Secret secret) {
        try {
            return SnapshotSecrets.data(secret, KEY).isEmpty()
                    ? Optional.empty()
                    : Optional.of(SnapshotCodec.encode(SnapshotCodec.decodeIndex(
                                    SnapshotSecrets.data(secret, KEY).orElseThrow()))
                            .digest());
        } catch (SnapshotFormatException e) {
            return Optional.empty();
        }
    }

    static Found read(KubernetesClient client, String namespace) {
        Secret secret = client.secrets().inNamespace(namespace).withName(NAME).get();
        if (secret == null) {
            return new Found(Optional.empty(), Optional.empty(), "");
        }
        Optional<String> version = Optional.of(secret.getMetadata().getResourceVersion());
        String writer = Optional.ofNullable(secret.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(WRITER_ANNOTATION))
                .orElse("");
        try {
            byte[] bytes = SnapshotSecrets.data(secret, KEY)
                    .orElseThrow(() -> new SnapshotFormatException("no data under the key " + KEY));
            return new Found(Optional.of(SnapshotCodec.decodeIndex(bytes)), version, writer);
        } catch (SnapshotFormatException e) {
            LOG.error("index {}/{} cannot be read and will be replaced: {}", namespace, NAME, e.getMessage());
            return new Found(Optional.empty(), version, writer);
        }
    }

    /**
     * Creates or replaces the index.
     *
     * @param writer identity of this replica
     * @param version the one to replace; absent: create it
     * @return the new resource version
     * @throws io.fabric8.kubernetes.client.KubernetesClientException with code 409 if it has changed meanwhile
     */
    static String write(
            KubernetesClient client,
            String namespace,
            SnapshotCodec.Encoded index,
            String writer,
            Optional<String> version) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .withResourceVersion(version.orElse(null))
                .addToLabels(SnapshotSecrets.PART_OF, "steelyard")
                .addToAnnotations(WRITER_ANNOTATION, writer)
                .endMetadata()
                .withType("steelyard.dev/index")
                .addToData(KEY, Base64.getEncoder().encodeToString(index.bytes()))
                .build();
        Secret written = version.isPresent()
                ? client.resource(secret).update()
                : client.resource(secret).create();
        return written.getMetadata().getResourceVersion();
    }
}
