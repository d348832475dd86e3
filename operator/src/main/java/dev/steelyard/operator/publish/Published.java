package dev.steelyard.operator.publish;

import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import java.util.SortedMap;

/**
 * What the cluster holds after publishing.
 *
 * @param index in force
 * @param revisions for each virtual service in the index, the revision that first named its present snapshot: a node that has
 *     applied that revision or a later one has been given it
 * @param since for each virtual service in the index, since when it is in it
 * @param contents what the index names, as far as it could be read back
 * @param failures virtual services whose snapshot could not be stored, and why; what the index names of them is older
 */
public record Published(
        Index index,
        SortedMap<ObjectKey, Long> revisions,
        SortedMap<ObjectKey, Since> since,
        SortedMap<ObjectKey, Content> contents,
        SortedMap<ObjectKey, String> failures) {

    /**
     * Since when the index names a virtual service.
     *
     * @param revision that named it
     * @param exact whether no earlier one did; else nobody remembers
     */
    public record Since(long revision, boolean exact) {}
}
