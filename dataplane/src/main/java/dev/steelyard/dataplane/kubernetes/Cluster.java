package dev.steelyard.dataplane.kubernetes;

/** Where things are in a cluster. */
public final class Cluster {

    /** Namespace of the programs and of the nodes' Leases. */
    public static final String SYSTEM_NAMESPACE = "steelyard-system";

    /** Namespace of the index and of the snapshots; nothing else lives there. */
    public static final String SNAPSHOTS_NAMESPACE = "steelyard-snapshots";

    /** Name of the Secret that holds the index, and of its data key. */
    public static final String INDEX = "index";

    /** Data key of the Secrets that hold snapshots. */
    public static final String SNAPSHOT = "snapshot";

    /** The Secret that holds the keys of session tickets, and its key of data. */
    public static final String TICKET_KEYS = "ticket-keys";

    private Cluster() {}

    /** Name of a node's Lease. */
    public static String leaseOf(String node) {
        return "node-" + node;
    }
}
