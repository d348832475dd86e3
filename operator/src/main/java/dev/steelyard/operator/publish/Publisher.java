package dev.steelyard.operator.publish;

import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots and index during one term of leadership. For one thread.
 *
 * <p>The order is what keeps nodes whole: all Secrets that a new index names exist before it is written, and they stay until no
 * index has named them for a grace period. The index is replaced only in the version that this term wrote last, so that of two
 * replicas which both believe to lead, one fails.
 */
public final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private static final int MAX_OWN_INDEXES = 256;

    private final KubernetesClient client;
    private final String namespace;
    private final String identity;
    private final BooleanSupplier leading;
    private final SecretWriter writer;
    private final Sweep sweep;
    private final long epoch;

    private Optional<String> version;
    private Index index;
    private boolean written;

    /** Whether the watch has shown an index of this term: only after that does it say something if it shows another. */
    private boolean indexConfirmed;

    private final SortedMap<ObjectKey, Content> contents;
    private final SortedMap<ObjectKey, Index.Entry> unreadable;
    private final SortedMap<ObjectKey, Long> revisions = new TreeMap<>();
    private final SortedMap<ObjectKey, Published.Since> since = new TreeMap<>();

    /** Digest of the data of each Secret that this term created or saw, by name; what is not in here has to be written. */
    private final Map<String, String> known = new HashMap<>();

    /** Snapshot Secrets that the watch has shown: only of these does it say something when it shows them no more. */
    private final Set<String> confirmed = new HashSet<>();

    /** Digest of the data that each Secret has to have that the index names. */
    private final Map<String, String> expected = new HashMap<>();

    /** Digests of the last indexes written: what the watch may show without anybody else having written. */
    private final LinkedHashSet<String> ownIndexes = new LinkedHashSet<>();

    private Publisher(
            KubernetesClient client,
            String namespace,
            String identity,
            BooleanSupplier leading,
            Duration grace,
            Recovery recovery,
            long epoch,
            long revision) {
        this.client = client;
        this.namespace = namespace;
        this.identity = identity;
        this.leading = leading;
        this.writer = new SecretWriter(client);
        this.sweep = new Sweep(grace);
        this.epoch = epoch;
        this.version = recovery.version();
        this.index = new Index(
                SnapshotCodec.FORMAT_VERSION,
                epoch,
                revision,
                recovery.index().map(Index::snapshots).orElseGet(Collections::emptySortedMap));
        this.contents = recovery.contents();
        this.unreadable = recovery.unreadable();
        this.known.putAll(recovery.digests());
        // Nodes that have come further than the index that was found know of another one: they are yet to be given this
        // one.
        boolean latest =
                recovery.index().filter(found -> found.revision() == revision).isPresent();
        long named = latest ? revision : revision + 1;
        index.snapshots().forEach((key, entry) -> {
            revisions.put(key, named);
            since.put(key, new Published.Since(named, false));
            if (contents.containsKey(key)) {
                entry.secrets()
                        .forEach(name ->
                                Optional.ofNullable(known.get(name)).ifPresent(digest -> expected.put(name, digest)));
            }
        });
    }

    /**
     * Begins a term: reads what the last leader has published and writes an index with a higher epoch, which shuts that leader out.
     *
     * @param client reaches the API server
     * @param namespace where the Secrets are
     * @param identity of this replica: tells its indexes from those of a rival that has begun the same epoch
     * @param nodeEpoch highest epoch that a node reports
     * @param nodeRevision highest revision that a node reports
     * @param leading whether this replica leads; asked before each write
     * @param grace how long Secrets stay that no index names any more
     * @throws NotLeadingException if another replica has written the index meanwhile
     * @throws KubernetesClientException if the API server does not answer or refuses
     */
    public static Publisher begin(
            KubernetesClient client,
            String namespace,
            String identity,
            long nodeEpoch,
            long nodeRevision,
            BooleanSupplier leading,
            Duration grace)
            throws NotLeadingException {
        Recovery recovery = Recovery.read(client, namespace);
        long epoch = Math.max(recovery.index().map(Index::epoch).orElse(0L), nodeEpoch) + 1;
        long revision = Math.max(recovery.index().map(Index::revision).orElse(0L), nodeRevision);
        Publisher publisher = new Publisher(client, namespace, identity, leading, grace, recovery, epoch, revision);
        if (recovery.index().isPresent()) {
            publisher.writeIndex(publisher.index.snapshots());
        }
        LOG.info(
                "epoch {} begins at revision {} with {} virtual services",
                epoch,
                publisher.index.revision(),
                recovery.contents().size());
        return publisher;
    }

    /** What the next resolution falls back on. */
    public LastGood lastGood() {
        return LastGood.union(contents.values().stream()
                .map(content -> content.accepted().lastGood(content.snapshot()))
                .toList());
    }

    /** What is published of a virtual service, as far as it is known. */
    public Optional<Content> content(ObjectKey key) {
        return Optional.ofNullable(contents.get(key));
    }

    /** The virtual services that the index names. */
    public Set<ObjectKey> keys() {
        return index.snapshots().keySet();
    }

    /**
     * Makes the cluster hold {@code wanted}. Writes nothing if it does already.
     *
     * @param wanted all that is to be served
     * @param kept virtual services that exist; those of them whose published state could not be read back stay as they are unless
     *     {@code wanted} has them
     * @throws NotLeadingException if this replica does not lead any more
     * @throws KubernetesClientException if the index could not be written; what was in force still is
     */
    public Published publish(SortedMap<ObjectKey, Content> wanted, Set<ObjectKey> kept) throws NotLeadingException {
        TreeMap<ObjectKey, Index.Entry> entries = new TreeMap<>();
        TreeMap<ObjectKey, String> failures = new TreeMap<>();
        List<ObjectKey> changed = new ArrayList<>();
        wanted.forEach((key, content) -> {
            Index.Entry entry = index.snapshots().get(key);
            if (entry != null && content.equals(contents.get(key)) && intact(entry)) {
                entries.put(key, entry);
            } else {
                changed.add(key);
            }
        });
        requireLeading();
        Map<ObjectKey, SecretWriter.Outcome> outcomes = writer.write(namespace, changed, wanted, known);
        outcomes.forEach((key, outcome) -> {
            Index.Entry before = index.snapshots().get(key);
            if (outcome instanceof SecretWriter.Outcome.Written now) {
                entries.put(key, now.entry());
                known.putAll(now.digests());
                expected.putAll(now.digests());
            } else if (outcome instanceof SecretWriter.Outcome.Failed failed) {
                failures.put(key, failed.reason());
                if (before != null) {
                    entries.put(key, before);
                }
            }
        });
        unreadable.keySet().removeAll(wanted.keySet());
        unreadable.keySet().retainAll(kept);
        unreadable.forEach(entries::putIfAbsent);
        if (!written || !entries.equals(index.snapshots())) {
            writeIndex(entries);
        }
        contents.keySet().retainAll(entries.keySet());
        wanted.forEach((key, content) -> {
            if (!failures.containsKey(key)) {
                contents.put(key, content);
            }
        });
        expected.keySet().retainAll(names());
        return new Published(index, new TreeMap<>(revisions), new TreeMap<>(since), new TreeMap<>(contents), failures);
    }

    /**
     * Deletes Secrets that no index has named for the grace period.
     *
     * @param stored names of all snapshot Secrets
     * @return how many were deleted
     * @throws NotLeadingException if the index is not the one that this term wrote
     */
    public int sweep(Set<String> stored, Instant now) throws NotLeadingException {
        Set<String> due = sweep.due(stored, names(), now);
        if (due.isEmpty() || !written) {
            return 0;
        }
        requireLeading();
        IndexSecret.Found found = IndexSecret.read(client, namespace);
        if (!found.version().equals(version)) {
            LOG.warn("the index has changed; nothing is swept");
            return 0;
        }
        Set<String> deleted = new TreeSet<>(due);
        for (String name : deleted) {
            requireLeading();
            client.secrets().inNamespace(namespace).withName(name).delete();
            known.remove(name);
        }
        return deleted.size();
    }

    /**
     * Notes what the API server has, as far as the watch shows it. What is not there, or is not what this term wrote, is written
     * again by the next {@link #publish}.
     *
     * @param snapshots digest of the data of each snapshot Secret, by name
     * @param indexDigest digest of the index; absent if there is none
     */
    public void observe(Map<String, String> snapshots, Optional<String> indexDigest) {
        for (String name : names()) {
            String seen = snapshots.get(name);
            if (seen != null) {
                known.put(name, seen);
            } else if (confirmed.contains(name)) {
                known.remove(name);
            }
        }
        Set<String> named = names();
        known.keySet().removeIf(name -> !named.contains(name) && !snapshots.containsKey(name));
        confirmed.clear();
        confirmed.addAll(snapshots.keySet());
        if (indexDigest.filter(ownIndexes::contains).isPresent()) {
            indexConfirmed = true;
        } else if (written && indexConfirmed) {
            LOG.warn("the index was changed or deleted by somebody else and is written again");
            written = false;
            indexConfirmed = false;
        }
    }

    private boolean intact(Index.Entry entry) {
        return entry.secrets().stream().allMatch(name -> {
            String digest = known.get(name);
            String right = expected.get(name);
            return digest != null && (right == null || right.equals(digest));
        });
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        index.snapshots().values().forEach(entry -> names.addAll(entry.secrets()));
        return names;
    }

    private void writeIndex(SortedMap<ObjectKey, Index.Entry> entries) throws NotLeadingException {
        requireLeading();
        Index next = new Index(SnapshotCodec.FORMAT_VERSION, epoch, index.revision() + 1, entries);
        try {
            version = Optional.of(write(next, version));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            IndexSecret.Found found = IndexSecret.read(client, namespace);
            if (found.index().filter(other -> isOfRival(other, found.writer())).isPresent()) {
                throw new NotLeadingException(
                        "another replica has begun epoch " + found.index().get().epoch());
            }
            requireLeading();
            long revision =
                    Math.max(next.revision(), found.index().map(Index::revision).orElse(0L) + 1);
            next = new Index(SnapshotCodec.FORMAT_VERSION, epoch, revision, entries);
            version = Optional.of(write(next, found.version()));
        }
        revisions.keySet().retainAll(entries.keySet());
        since.keySet().retainAll(entries.keySet());
        for (Map.Entry<ObjectKey, Index.Entry> entry : entries.entrySet()) {
            Index.Entry before = index.snapshots().get(entry.getKey());
            if (!revisions.containsKey(entry.getKey())
                    || before == null
                    || !before.digest().equals(entry.getValue().digest())) {
                revisions.put(entry.getKey(), next.revision());
            }
            since.putIfAbsent(entry.getKey(), new Published.Since(next.revision(), true));
        }
        index = next;
        written = true;
    }

    /** Two replicas that began from the same index have the same epoch: the one that wrote first goes on. */
    private boolean isOfRival(Index found, String writer) {
        return found.epoch() > epoch || (found.epoch() == epoch && !writer.equals(identity));
    }

    private String write(Index next, Optional<String> replaced) {
        SnapshotCodec.Encoded encoded = SnapshotCodec.encode(next);
        ownIndexes.add(encoded.digest());
        if (ownIndexes.size() > MAX_OWN_INDEXES) {
            ownIndexes.removeFirst();
        }
        return IndexSecret.write(client, namespace, encoded, identity, replaced);
    }

    private void requireLeading() throws NotLeadingException {
        if (!leading.getAsBoolean()) {
            throw new NotLeadingException("the lease is lost");
        }
    }
}
