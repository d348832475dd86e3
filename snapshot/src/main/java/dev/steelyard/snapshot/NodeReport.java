package dev.steelyard.snapshot;

import java.time.Instant;
import java.util.List;

/**
 * What a node says of itself: exceptions only, so that it stays small and seldom changes. It becomes the status of the node's
 * DataplaneNode.
 *
 * @param version of the program
 * @param formatVersion highest snapshot format that the node reads
 * @param epoch of the index last applied
 * @param appliedRevision of the index last applied; 0: none yet
 * @param rejected snapshots that the index names and the node does not serve as named, at most {@value #MAX_ITEMS}
 * @param listenerFailures listeners that could not be bound, at most {@value #MAX_ITEMS}
 * @param down endpoints that the node sees down, at most {@value #MAX_ITEMS} and {@value #MAX_OF_POOL} of one pool
 * @param resolved how many endpoints the DNS names of each pool have on this node, for pools with such members, at most
 *     {@value #MAX_POOLS}
 * @param downCounts how many endpoints are down, for pools of which {@code down} does not name all, at most {@value #MAX_POOLS}
 * @param totals how many there are of each: where that is more than is named, what is not named is not known to be well
 */
public record NodeReport(
        String version,
        int formatVersion,
        long epoch,
        long appliedRevision,
        List<Rejected> rejected,
        List<ListenerFailure> listenerFailures,
        List<EndpointDown> down,
        List<Resolved> resolved,
        List<DownCount> downCounts,
        Totals totals) {

    /** Bound on each list of items. */
    public static final int MAX_ITEMS = 256;

    /** Bound on the endpoints named of one pool. */
    public static final int MAX_OF_POOL = 20;

    /** Bound on each list of pools. */
    public static final int MAX_POOLS = 1024;

    public NodeReport {
        rejected = List.copyOf(rejected);
        listenerFailures = List.copyOf(listenerFailures);
        down = List.copyOf(down);
        resolved = List.copyOf(resolved);
        downCounts = List.copyOf(downCounts);
    }

    /** A report that names all. */
    public NodeReport(
            String version,
            int formatVersion,
            long epoch,
            long appliedRevision,
            List<Rejected> rejected,
            List<ListenerFailure> listenerFailures,
            List<EndpointDown> down,
            List<Resolved> resolved) {
        this(
                version,
                formatVersion,
                epoch,
                appliedRevision,
                rejected,
                listenerFailures,
                down,
                resolved,
                List.of(),
                new Totals(rejected.size(), listenerFailures.size(), down.size(), resolved.size()));
    }

    /**
     * @param digest of the snapshot refused
     * @param reason for the user
     * @param servingDigest of the snapshot that the node serves instead; empty if it serves none
     */
    public record Rejected(ObjectKey virtualService, String digest, String reason, String servingDigest) {

        /** One that leaves nothing to serve. */
        public Rejected(ObjectKey virtualService, String digest, String reason) {
            this(virtualService, digest, reason, "");
        }

        /** The same, while {@code snapshot} goes on being served. */
        public Rejected serving(Snapshot snapshot) {
            return new Rejected(
                    virtualService,
                    digest,
                    reason,
                    SnapshotCodec.encode(snapshot).digest());
        }
    }

    /**
     * A listener of a virtual service that is not bound.
     *
     * @param reason for the user
     * @param http3 whether that is so for HTTP/3 alone, while TCP is served
     */
    public record ListenerFailure(ObjectKey virtualService, String listener, String reason, boolean http3) {

        /** One that is not bound at all. */
        public ListenerFailure(ObjectKey virtualService, String listener, String reason) {
            this(virtualService, listener, reason, false);
        }
    }

    /**
     * @param address {@code IP:port}, IPv6 in brackets; for a name that does not resolve, or resolves to what is denied,
     *     {@code name:port}
     * @param reason for the user
     * @param since when it went down, to the second
     */
    public record EndpointDown(ObjectKey pool, String address, String reason, Instant since) {}

    /** How many endpoints of a pool are down, names that have no address included. */
    public record DownCount(ObjectKey pool, int endpoints) {}

    /** How long the lists would be if they named all. */
    public record Totals(int rejected, int listenerFailures, int down, int resolved) {}

    /** How many endpoints the DNS names of a pool have in all. */
    public record Resolved(ObjectKey pool, int endpoints) {}

    /** The first items of a list, at most {@code max}: what a report has room for. */
    public static <T> List<T> first(List<T> items, int max) {
        return items.subList(0, Math.min(items.size(), max));
    }
}
