package dev.steelyard.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A set of endpoints, how one is chosen and how their health is known.
 *
 * @param key the Pool object
 * @param revision where several snapshots hold this pool, the one with the highest revision governs
 * @param protocol what the endpoints speak
 * @param algorithm how an endpoint is chosen
 * @param members where endpoints come from; empty is legal and answers 503
 * @param healthCheck absent: every endpoint counts as up
 * @param connections of each node to each endpoint
 * @param sendProxyProtocol how endpoints are told the client's address; absent: not at all
 * @param tls absent: clear text
 * @param fastCgi present exactly if the protocol is {@link PoolProtocol#FAST_CGI}
 */
public record Pool(
        ObjectKey key,
        Revision revision,
        PoolProtocol protocol,
        Algorithm algorithm,
        List<Member> members,
        Optional<HealthCheck> healthCheck,
        Connections connections,
        @Defaulted Optional<ProxyProtocolVersion> sendProxyProtocol,
        @Defaulted Optional<UpstreamTls> tls,
        @Defaulted Optional<FastCgi> fastCgi) {

    public Pool {
        members = List.copyOf(members);
    }

    /** A pool whose endpoints are no FastCGI programs. */
    public Pool(
            ObjectKey key,
            Revision revision,
            PoolProtocol protocol,
            Algorithm algorithm,
            List<Member> members,
            Optional<HealthCheck> healthCheck,
            Connections connections,
            Optional<ProxyProtocolVersion> sendProxyProtocol,
            Optional<UpstreamTls> tls) {
        this(
                key,
                revision,
                protocol,
                algorithm,
                members,
                healthCheck,
                connections,
                sendProxyProtocol,
                tls,
                Optional.empty());
    }

    /** A pool that does not send the PROXY protocol, with endpoints that are spoken to in clear text. */
    public Pool(
            ObjectKey key,
            Revision revision,
            PoolProtocol protocol,
            Algorithm algorithm,
            List<Member> members,
            Optional<HealthCheck> healthCheck,
            Connections connections) {
        this(
                key,
                revision,
                protocol,
                algorithm,
                members,
                healthCheck,
                connections,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Orders the states of one Pool object through time, also across its deletion and re-creation.
     *
     * @param created {@code metadata.creationTimestamp}
     * @param generation {@code metadata.generation}
     */
    public record Revision(Instant created, long generation) implements Comparable<Revision> {

        private static final Comparator<Revision> ORDER =
                Comparator.comparing(Revision::created).thenComparingLong(Revision::generation);

        @Override
        public int compareTo(Revision other) {
            return ORDER.compare(this, other);
        }
    }

    /** What endpoints speak. */
    public enum PoolProtocol {
        HTTP1,
        HTTP2,
        FAST_CGI,
        TCP,
        UDP
    }

    /** Which PROXY protocol header goes before everything else on a connection to an endpoint. */
    public enum ProxyProtocolVersion {
        /** Version 1, text. */
        V1,
        /** Version 2, binary. */
        V2
    }

    /** How an endpoint is chosen. */
    public enum Algorithm {
        /** In turn, each as often as any other. */
        ROUND_ROBIN,
        /** In turn, in proportion to weight, evenly interleaved. */
        WEIGHTED_ROUND_ROBIN,
        /** The fewest requests (HTTP) or connections (TCP) in flight from this node. */
        LEAST_CONNECTIONS
    }

    /**
     * @param connectTimeout to a completed TCP handshake, and the same again for that of TLS
     * @param idleTimeout after which an idle kept-alive connection is closed
     * @param maxIdle idle connections kept per endpoint by one node, shared out over its event loops
     * @param maxRequests requests on one connection; 0: no limit
     * @param maxStreams requests at once on one connection of an {@link PoolProtocol#HTTP2} pool; 0: {@link #MOST_STREAMS}
     */
    public record Connections(
            Duration connectTimeout,
            Duration idleTimeout,
            int maxIdle,
            int maxRequests,
            @Defaulted int maxStreams) {

        /** The default of the API for {@link #maxStreams}. */
        public static final int MOST_STREAMS = 100;

        /** The defaults of the API. */
        public static final Connections DEFAULT =
                new Connections(Duration.ofSeconds(1), Duration.ofSeconds(60), 100, 0);

        /** With the default number of streams. */
        public Connections(Duration connectTimeout, Duration idleTimeout, int maxIdle, int maxRequests) {
            this(connectTimeout, idleTimeout, maxIdle, maxRequests, 0);
        }

        /** {@link #maxStreams}, or the default. */
        public int mostStreams() {
            return maxStreams == 0 ? MOST_STREAMS : maxStreams;
        }
    }
}
