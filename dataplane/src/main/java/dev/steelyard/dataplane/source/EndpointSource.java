package dev.steelyard.dataplane.source;

import dev.steelyard.snapshot.ObjectKey;
import java.util.List;

/** Follows the endpoints of Services: the fast lane beside snapshots. */
public interface EndpointSource extends AutoCloseable {

    /** Receives the endpoints of one Service, whole, each time they change; an empty list when the Service has none (any more). */
    @FunctionalInterface
    interface Receiver {

        /** Called one at a time from a thread of the source's; returns quickly. */
        void endpoints(ObjectKey service, List<ServiceEndpoint> endpoints);

        /**
         * All Services that have endpoints have been delivered: one not named so far has none. Called in turn with {@link #endpoints}, once
         * the source has seen everything, and not for as long as it has not: a source that cannot be reached is not an empty one. A
         * source that keeps a copy calls this after having delivered the copy, too.
         */
        default void synced() {}
    }

    /** Begins to deliver, first what is known, then each change. */
    void start(Receiver receiver);

    /** Ends deliveries; none comes after this returns. */
    @Override
    void close();

    /**
     * One address and port behind a Service, merged from its EndpointSlices.
     *
     * @param address IP literal
     * @param port 1..65535
     * @param portName name of the port in the slice, empty if unnamed
     * @param targetUid UID of the object behind it (a pod), empty if there is none: tells a reused address apart
     * @param ready takes new work
     * @param serving able to answer, also while terminating
     * @param terminating on its way out: no new work while others are ready, what is open is finished
     */
    record ServiceEndpoint(
            String address,
            int port,
            String portName,
            String targetUid,
            boolean ready,
            boolean serving,
            boolean terminating) {}
}
