package dev.steelyard.dataplane.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** Where things are in a cluster, and of which kinds. */
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

    /**
     * The kinds that a dataplane is sent, instead of all 700 of the API; Status among them, by which a watch says that it is too old to go on.
     * For one client.
     */
    public static KubernetesSerialization kinds() {
        KubernetesSerialization kinds = new KubernetesSerialization(new ObjectMapper(), false);
        kinds.registerKubernetesResource(Status.class);
        kinds.registerKubernetesResource(Secret.class);
        kinds.registerKubernetesResource(EndpointSlice.class);
        kinds.registerKubernetesResource(Lease.class);
        return kinds;
    }
}
