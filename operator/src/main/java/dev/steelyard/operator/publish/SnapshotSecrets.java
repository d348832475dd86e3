package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a snapshot is laid out in Secrets. Each has a data key {@code snapshot} with one part of it; the last of these also has
 * {@code accepted}, what it was compiled from, which goes on in further ones, with an empty part of the snapshot, if there is not room
 * for all of it. Names hold a digest of both, so equal content has equal names, and no name is ever
 * used for other content.
 */
final class SnapshotSecrets {

    static final String LABEL = "steelyard.dev/snapshot";
    static final String PART_OF = "app.kubernetes.io/part-of";
    static final String KEY_ANNOTATION = "steelyard.dev/virtual-service";
    static final String DIGEST_ANNOTATION = "steelyard.dev/digest";
    static final String SNAPSHOT = "snapshot";
    static final String ACCEPTED = "accepted";

    /** What Kubernetes allows in a Secret, less some room. */
    private static final int MAX_DATA_BYTES = 1_000_000;

    private SnapshotSecrets() {}

    /** Encoded content: what the index says of it and the Secrets that hold it. */
    record Stored(Index.Entry entry, List<Secret> secrets) {}

    static Stored store(String namespace, ObjectKey key, Content content) {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(content.snapshot());
        byte[] accepted = content.accepted().pack();
        String stem = "svs-" + digest(key.toString().getBytes(StandardCharsets.UTF_8), 10) + "-"
                + digest(concatenate(encoded.digest().getBytes(StandardCharsets.UTF_8), accepted), 24);
        List<byte[]> parts = encoded.split();
        List<Secret> secrets = new ArrayList<>();
        int stored = 0;
        for (int i = 0; i < parts.size() || stored < accepted.length; i++) {
            byte[] part = i < parts.size() ? parts.get(i) : new byte[0];
            Secret secret = new SecretBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(stem + "-" + i)
                    .addToLabels(LABEL, "true")
                    .addToLabels(PART_OF, "steelyard")
                    .addToAnnotations(KEY_ANNOTATION, key.toString())
                    .addToAnnotations(DIGEST_ANNOTATION, encoded.digest())
                    .endMetadata()
                    .withType("steelyard.dev/snapshot")
                    .withImmutable(true)
                    .addToData(SNAPSHOT, Base64.getEncoder().encodeToString(part))
                    .build();
            if (i >= parts.size() - 1) {
                int end = Math.min(accepted.length, stored + MAX_DATA_BYTES - part.length);
                byte[] piece = Arrays.copyOfRange(accepted, stored, end);
                secret.getData().put(ACCEPTED, Base64.getEncoder().encodeToString(piece));
                stored = end;
            }
            secrets.add(secret);
        }
        List<String> names =
                secrets.stream().map(secret -> secret.getMetadata().getName()).toList();
        return new Stored(new Index.Entry(encoded.digest(), names), secrets);
    }

    /**
     * Reads content back.
     *
     * @param digest of the snapshot, as the index says
     * @param secrets as the index names them
     * @throws SnapshotFormatException if they do not hold it
     */
    static Content load(String digest, List<Secret> secrets) throws SnapshotFormatException {
        List<byte[]> parts = new ArrayList<>();
        for (Secret secret : secrets) {
            parts.add(data(secret, SNAPSHOT)
                    .orElseThrow(() -> new SnapshotFormatException(
                            "no snapshot in Secret " + secret.getMetadata().getName())));
        }
        Snapshot snapshot = SnapshotCodec.decodeSnapshot(SnapshotCodec.join(parts), digest);
        ByteArrayOutputStream accepted = new ByteArrayOutputStream();
        secrets.forEach(secret -> data(secret, ACCEPTED).ifPresent(accepted::writeBytes));
        try {
            return new Content(snapshot, Accepted.unpack(accepted.toByteArray()));
        } catch (IOException e) {
            throw new SnapshotFormatException("accepted spec: " + e.getMessage(), e);
        }
    }

    /** The bytes under {@code key}, unless there are none or they are not Base64. */
    static Optional<byte[]> data(Secret secret, String key) {
        Map<String, String> data = secret.getData();
        String text = data == null ? null : data.get(key);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Digest of a Secret's data, to notice that somebody has put other data under a name. */
    static String dataDigest(Secret secret) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        data(secret, SNAPSHOT).ifPresent(all::writeBytes);
        all.write('/');
        data(secret, ACCEPTED).ifPresent(all::writeBytes);
        return digest(all.toByteArray(), 32);
    }

    private static byte[] concatenate(byte[] one, byte[] other) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }

    private static String digest(byte[] bytes, int length) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, length);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
