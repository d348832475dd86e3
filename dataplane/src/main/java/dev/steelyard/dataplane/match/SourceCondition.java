package dev.steelyard.dataplane.match;

import dev.steelyard.dataplane.address.CidrSet;

/** A client of some networks. */
record SourceCondition(CidrSet networks) implements Condition {

    @Override
    public boolean holds(MatchedRequest request) {
        return networks.contains(request.client());
    }

    @Override
    public String toString() {
        return "source in " + networks;
    }
}
