package dev.steelyard.operator.publish;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that encrypt TLS session tickets on all nodes, in a Secret of the snapshots' namespace: the one in use first, then those that were,
 * last the one that will be. A new key is known everywhere one {@link #PERIOD} before it is used, so that no node meets a ticket that it
 * cannot read. For the leader, one thread.
 */
public final class TicketKeySecret {

    /** Its name, and its key of data. */
    public static final String NAME = "ticket-keys";

    /** How long a key encrypts. It decrypts for two periods more. */
    public static final Duration PERIOD = Duration.ofHours(8);

    static final String ROTATED_ANNOTATION = "steelyard.dev/rotated";
    static final int KEY_BYTES = 48;

    private static final Logger LOG = LoggerFactory.getLogger(TicketKeySecret.class);
    private static final int MAX_KEYS = 4;

    private final KubernetesClient client;
    private final String namespace;
    private final SecureRandom random;
    private Instant due = Instant.MIN;

    public TicketKeySecret(KubernetesClient client, String namespace, SecureRandom random) {
        this.client = client;
        this.namespace = namespace;
        this.random = random;
    }

    /**
     * Makes the Secret if there is none, and rotates it if that is due. That this fails stops nobody: sessions are begun anew then, and it is
     * tried again.
     */
    public void keep(Instant now) {
        if (now.isBefore(due)) {
            return;
        }
        try {
            Secret found =
                    client.secrets().inNamespace(namespace).withName(NAME).get();
            Instant rotated = found == null ? Instant.MIN : rotated(found);
            if (found == null || !now.isBefore(rotated.plus(PERIOD))) {
                rotated = now.truncatedTo(ChronoUnit.SECONDS);
                write(found, rotated(keys(found)), rotated);
            }
            due = rotated.plus(PERIOD);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                LOG.warn("the keys of TLS session tickets stay as they are: {}", e.getMessage());
            }
        }
    }

    private void write(@Nullable Secret before, List<byte[]> keys, Instant rotated) {
        byte[] joined = new byte[keys.size() * KEY_BYTES];
        for (int i = 0; i < keys.size(); i++) {
            System.arraycopy(keys.get(i), 0, joined, i * KEY_BYTES, KEY_BYTES);
        }
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(NAME)
                .withResourceVersion(
                        before == null ? null : before.getMetadata().getResourceVersion())
                .addToLabels(SnapshotSecrets.PART_OF, "steelyard")
                .addToAnnotations(ROTATED_ANNOTATION, rotated.toString())
                .endMetadata()
                .withType("steelyard.dev/ticket-keys")
                .addToData(NAME, Base64.getEncoder().encodeToString(joined))
                .build();
        if (before == null) {
            client.resource(secret).create();
        } else {
            client.resource(secret).update();
        }
    }

    /** The next one comes into use, the one in use is kept for what it has encrypted, and a new one is made known. */
    List<byte[]> rotated(List<byte[]> keys) {
        List<byte[]> next = new ArrayList<>();
        if (keys.size() < 2) {
            next.add(fresh());
            next.addAll(keys);
        } else {
            next.add(keys.getLast());
            next.addAll(keys.subList(0, Math.min(keys.size() - 1, MAX_KEYS - 2)));
        }
        next.add(fresh());
        return next;
    }

    private byte[] fresh() {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    private static List<byte[]> keys(@Nullable Secret secret) {
        List<byte[]> keys = new ArrayList<>();
        if (secret != null) {
            byte[] joined = SnapshotSecrets.data(secret, NAME).orElse(new byte[0]);
            for (int start = 0; start + KEY_BYTES <= joined.length; start += KEY_BYTES) {
                keys.add(Arrays.copyOfRange(joined, start, start + KEY_BYTES));
            }
        }
        return keys;
    }

    private static Instant rotated(Secret secret) {
        String text = secret.getMetadata().getAnnotations() == null
                ? null
                : secret.getMetadata().getAnnotations().get(ROTATED_ANNOTATION);
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
