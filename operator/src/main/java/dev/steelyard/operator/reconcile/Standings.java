package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.publish.Content;
import dev.steelyard.operator.publish.Published;
import dev.steelyard.operator.status.Standing;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** How all virtual services stand in what is published. */
final class Standings {

    private Standings() {}

    /** Of all that the index names, and of all that could not be stored. */
    static SortedMap<ObjectKey, Standing> of(Published published) {
        TreeSet<ObjectKey> keys = new TreeSet<>(published.index().snapshots().keySet());
        keys.addAll(published.failures().keySet());
        TreeMap<ObjectKey, Standing> standings = new TreeMap<>();
        for (ObjectKey key : keys) {
            standings.put(
                    key,
                    new Standing(
                            Optional.ofNullable(published.index().snapshots().get(key))
                                    .map(entry -> named(key, entry, published)),
                            Optional.ofNullable(published.failures().get(key))));
        }
        return standings;
    }

    private static Standing.Named named(ObjectKey key, Index.Entry entry, Published published) {
        long revision = published.index().revision();
        Published.Since since = published.since().getOrDefault(key, new Published.Since(revision, false));
        return new Standing.Named(
                Optional.ofNullable(published.contents().get(key)).map(Content::snapshot),
                entry.digest(),
                published.revisions().getOrDefault(key, revision),
                since.revision(),
                since.exact());
    }
}
