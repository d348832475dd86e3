package dev.steelyard.operator.status;

import dev.steelyard.snapshot.Snapshot;
import java.util.Optional;

/**
 * How a virtual service stands in what is published.
 *
 * @param named what the index names; absent if nothing was ever published of it
 * @param failure why a newer snapshot could not be published
 */
public record Standing(Optional<Named> named, Optional<String> failure) {

    /**
     * What the index names.
     *
     * @param snapshot what is published; absent if it cannot be read back
     * @param digest of that snapshot
     * @param revision of the index that first named that snapshot
     * @param since revision of the index that named a snapshot of the virtual service
     * @param sinceExact whether no earlier one did
     */
    public record Named(Optional<Snapshot> snapshot, String digest, long revision, long since, boolean sinceExact) {

        /** The generation that the published snapshot was compiled from, if it can be read back. */
        Optional<Long> generation() {
            return snapshot.map(Snapshot::generation);
        }
    }
}
