package dev.steelyard.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * The compiled, self-contained configuration of one virtual service: all that a dataplane needs but the addresses behind
 * Services and DNS names, which it follows itself.
 *
 * @param formatVersion version of this format, see {@link SnapshotCodec#FORMAT_VERSION}
 * @param virtualService the object this was compiled from
 * @param generation {@code metadata.generation} of the spec this was compiled from; while a newer spec is refused, that of the
 *     last good one
 * @param listeners what to listen on, in the order of the spec
 * @param hosts host names served, lower case, exact ({@code shop.example.com}) or with one leading wildcard label
 *     ({@code *.example.com}); empty: every host. For TLS pass-through these are SNI names
 * @param routes for HTTP and HTTPS listeners, in the order in which they are tried; the first match wins. A default pool is the
 *     last route, matching every path
 * @param pools every pool that a route or listener refers to, by key
 * @param certificates the certificates that listeners refer to by name
 * @param errorPages those that filters refer to by the name of their policy
 * @param unmatched what is done to responses to requests that match a host and no route
 */
public record Snapshot(
        int formatVersion,
        ObjectKey virtualService,
        long generation,
        List<Listener> listeners,
        List<String> hosts,
        List<Route> routes,
        List<Pool> pools,
        List<Certificate> certificates,
        @Defaulted List<ErrorPages> errorPages,
        @Defaulted Optional<Filters> unmatched) {

    public Snapshot {
        listeners = List.copyOf(listeners);
        hosts = List.copyOf(hosts);
        routes = List.copyOf(routes);
        pools = List.copyOf(pools);
        certificates = List.copyOf(certificates);
        errorPages = errorPages == null ? List.of() : List.copyOf(errorPages);
    }

    /** One without error pages that leaves alone what matches no route. */
    public Snapshot(
            int formatVersion,
            ObjectKey virtualService,
            long generation,
            List<Listener> listeners,
            List<String> hosts,
            List<Route> routes,
            List<Pool> pools,
            List<Certificate> certificates) {
        this(
                formatVersion,
                virtualService,
                generation,
                listeners,
                hosts,
                routes,
                pools,
                certificates,
                List.of(),
                Optional.empty());
    }
}
