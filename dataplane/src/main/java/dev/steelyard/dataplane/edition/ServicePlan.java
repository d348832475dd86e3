package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.metrics.RouteId;
import dev.steelyard.dataplane.tls.TlsContexts;
import dev.steelyard.dataplane.tls.TlsContexts.Shared;
import dev.steelyard.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One virtual service, compiled: shared by all editions in which its snapshot is the same.
 *
 * @param snapshot what it was compiled from
 * @param claims one for each of its listeners and addresses
 * @param contexts the TLS contexts that it uses
 * @param expiries when the certificates that it shows expire, by name
 * @param meters what its requests are counted by
 */
record ServicePlan(
        Snapshot snapshot,
        List<Claim> claims,
        List<Shared> contexts,
        Map<String, Instant> expiries,
        Set<RouteId> meters) {

    ServicePlan {
        claims = List.copyOf(claims);
        contexts = List.copyOf(contexts);
        expiries = Map.copyOf(expiries);
        meters = Set.copyOf(meters);
    }

    /** Ends its use of TLS contexts. Once, when no edition in force has it. */
    void release(TlsContexts registry) {
        contexts.forEach(registry::release);
    }
}
