package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new leader finds of its predecessor's work.
 *
 * @param index the index, if there is one that can be read
 * @param version resource version of the index's Secret, if there is one
 * @param contents what was in force, by virtual service
 * @param unreadable entries of the index whose Secrets are missing or corrupt
 * @param digests of the data of all snapshot Secrets, by name
 */
record Recovery(
        Optional<Index> index,
        Optional<String> version,
        SortedMap<ObjectKey, Content> contents,
        SortedMap<ObjectKey, Index.Entry> unreadable,
        Map<String, String> digests) {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final long PAGE = 200;

    /** Reads the index and all snapshot Secrets. */
    static Recovery read(KubernetesClient client, String namespace) {
        IndexSecret.Found found = IndexSecret.read(client, namespace);
        Map<String, Secret> stored = list(client, namespace);
        SortedMap<ObjectKey, Content> contents = new TreeMap<>();
        SortedMap<ObjectKey, Index.Entry> unreadable = new TreeMap<>();
        if (found.index().isPresent()) {
            found.index().get().snapshots().forEach((key, entry) -> {
                try {
                    contents.put(key, load(entry, stored));
                } catch (SnapshotFormatException e) {
                    LOG.error("what is published of {} cannot be read back: {}", key, e.getMessage());
                    unreadable.put(key, entry);
                }
            });
        } else {
            contents.putAll(newest(stored));
        }
        Map<String, String> digests = new HashMap<>();
        stored.forEach((name, secret) -> digests.put(name, SnapshotSecrets.dataDigest(secret)));
        return new Recovery(found.index(), found.version(), contents, unreadable, digests);
    }

    private static Content load(Index.Entry entry, Map<String, Secret> stored) throws SnapshotFormatException {
        List<Secret> secrets = new ArrayList<>();
        for (String name : entry.secrets()) {
            Secret secret = stored.get(name);
            if (secret == null) {
                throw new SnapshotFormatException("Secret " + name + " is missing");
            }
            secrets.add(secret);
        }
        return SnapshotSecrets.load(entry.digest(), secrets);
    }

    /** Without an index the newest readable Secrets of each virtual service are the best guess. */
    private static SortedMap<ObjectKey, Content> newest(Map<String, Secret> stored) {
        Map<String, List<Secret>> stems = new HashMap<>();
        stored.values().stream()
                .sorted(Comparator.comparingInt(Recovery::part))
                .forEach(secret -> stems.computeIfAbsent(stem(secret), _ -> new ArrayList<>())
                        .add(secret));
        SortedMap<ObjectKey, Content> contents = new TreeMap<>();
        stems.values().stream()
                .sorted(Comparator.comparing(
                        parts -> parts.getFirst().getMetadata().getCreationTimestamp()))
                .forEach(parts -> {
                    String digest = annotation(parts.getFirst(), SnapshotSecrets.DIGEST_ANNOTATION);
                    try {
                        Content content = SnapshotSecrets.load(digest == null ? "" : digest, parts);
                        contents.put(content.snapshot().virtualService(), content);
                    } catch (SnapshotFormatException e) {
                        LOG.warn("{}: {}", stem(parts.getFirst()), e.getMessage());
                    }
                });
        return contents;
    }

    private static Map<String, Secret> list(KubernetesClient client, String namespace) {
        Map<String, Secret> stored = new HashMap<>();
        String next = null;
        do {
            SecretList page = client.secrets()
                    .inNamespace(namespace)
                    .withLabel(SnapshotSecrets.LABEL, "true")
                    .list(new ListOptionsBuilder()
                            .withLimit(PAGE)
                            .withContinue(next)
                            .build());
            page.getItems().forEach(secret -> stored.put(secret.getMetadata().getName(), secret));
            next = page.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
        return stored;
    }

    private static String stem(Secret secret) {
        String name = secret.getMetadata().getName();
        return name.substring(0, Math.max(0, name.lastIndexOf('-')));
    }

    private static int part(Secret secret) {
        String name = secret.getMetadata().getName();
        try {
            return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }

    private static @Nullable String annotation(Secret secret, String name) {
        Map<String, String> annotations = secret.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(name);
    }
}
