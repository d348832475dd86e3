package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Creates snapshot Secrets, several at a time. */
final class SecretWriter {

    /** Requests under way at once: enough to hide the latency of one, few enough not to crowd out others' requests. */
    private static final int PARALLEL = 16;

    private final KubernetesClient client;

    SecretWriter(KubernetesClient client) {
        this.client = client;
    }

    /** What became of one virtual service. */
    sealed interface Outcome {

        /**
         * All of its Secrets exist.
         *
         * @param digests of their data, by name
         */
        record Written(Index.Entry entry, Map<String, String> digests) implements Outcome {}

        /** Some could not be created, for a reason that can be shown to the user. */
        record Failed(String reason) implements Outcome {}
    }

    /**
     * Makes the Secrets of {@code keys} exist.
     *
     * @param known digests of the data of Secrets that exist, by name; those are not written again
     * @return the outcome for each key
     */
    Map<ObjectKey, Outcome> write(
            String namespace, List<ObjectKey> keys, Map<ObjectKey, Content> contents, Map<String, String> known) {
        Map<ObjectKey, Outcome> outcomes = new TreeMap<>();
        if (keys.size() == 1) {
            outcomes.put(keys.getFirst(), write(namespace, keys.getFirst(), contents, known));
            return outcomes;
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(
                PARALLEL, Thread.ofVirtual().name("publish-", 0).factory())) {
            Map<ObjectKey, Future<Outcome>> futures = new TreeMap<>();
            keys.forEach(key -> futures.put(key, threads.submit(() -> write(namespace, key, contents, known))));
            futures.forEach((key, future) -> outcomes.put(key, get(future)));
        }
        return outcomes;
    }

    private Outcome write(
            String namespace, ObjectKey key, Map<ObjectKey, Content> contents, Map<String, String> known) {
        Content content = contents.get(key);
        if (content == null) {
            throw new IllegalArgumentException("nothing to publish for " + key);
        }
        try {
            SnapshotSecrets.Stored stored = SnapshotSecrets.store(namespace, key, content);
            Map<String, String> digests = new HashMap<>();
            for (Secret secret : stored.secrets()) {
                String name = secret.getMetadata().getName();
                String digest = SnapshotSecrets.dataDigest(secret);
                if (!digest.equals(known.get(name))) {
                    create(secret, digest);
                }
                digests.put(name, digest);
            }
            return new Outcome.Written(stored.entry(), digests);
        } catch (KubernetesClientException e) {
            return new Outcome.Failed("the snapshot could not be stored: " + e.getMessage());
        }
    }

    /** The data of an immutable Secret cannot be mended, so one that is not ours makes way. */
    private void create(Secret secret, String digest) {
        try {
            client.resource(secret).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            Secret there = client.resource(secret).get();
            if (there == null) {
                client.resource(secret).create();
            } else if (!SnapshotSecrets.dataDigest(there).equals(digest)) {
                client.resource(secret).delete();
                client.resource(secret).create();
            }
        }
    }

    private static Outcome get(Future<Outcome> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.Failed("interrupted");
        } catch (ExecutionException e) {
            return new Outcome.Failed(String.valueOf(e.getCause()));
        }
    }
}
