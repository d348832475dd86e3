package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import java.util.List;
import java.util.Optional;

/**
 * A node with a dataplane, as the operator sees it.
 *
 * @param name of the Node
 * @param live whether its Lease is fresh
 * @param addresses its own IP addresses that clients can use
 * @param report what it last said of itself
 */
public record NodeState(String name, boolean live, List<String> addresses, Optional<DataplaneNodeStatus> report) {

    public NodeState {
        addresses = List.copyOf(addresses);
    }

    /** Revision of the index that it serves; 0: none. */
    public long appliedRevision() {
        return report.map(DataplaneNodeStatus::appliedRevision).orElse(0L);
    }
}
