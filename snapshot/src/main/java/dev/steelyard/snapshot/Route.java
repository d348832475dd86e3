package dev.steelyard.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A match on an HTTP request and what happens to it.
 *
 * @param name unique in its virtual service; {@code default} is the default pool's
 * @param path what the path has to be
 * @param methods methods that match, upper case; empty: all
 * @param pools where matching requests go, chosen at random by weight, weights not all zero; empty exactly if there is an answer
 * @param timeouts bounds on an exchange
 * @param accessLog what is written of its requests; absent: nothing
 * @param retry when a request is sent again; absent: as {@link Retry#DEFAULT}
 * @param limits bounds on the size of requests; absent: none but the listener's
 * @param conditions what else a request has to be
 * @param answer given instead of asking a pool
 * @param filters what is done on the way
 */
public record Route(
        String name,
        PathMatch path,
        List<String> methods,
        List<WeightedPool> pools,
        Timeouts timeouts,
        @Defaulted Optional<AccessLog> accessLog,
        @Defaulted Optional<Retry> retry,
        @Defaulted Optional<RequestLimits> limits,
        @Defaulted Optional<Conditions> conditions,
        @Defaulted Optional<Answer> answer,
        @Defaulted Optional<Filters> filters) {

    public Route {
        methods = List.copyOf(methods);
        pools = List.copyOf(pools);
    }

    /** A route to pools by path and method alone, whose policies say nothing else. */
    public Route(String name, PathMatch path, List<String> methods, List<WeightedPool> pools, Timeouts timeouts) {
        this(
                name,
                path,
                methods,
                pools,
                timeouts,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * @param type how {@code value} is compared with the request's path (without the query), case-sensitively
     * @param value begins with a slash, in the form to which requests are normalised; or an expression
     */
    public record PathMatch(Type type, String value) {

        /** Matches every path. */
        public static final PathMatch ALL = new PathMatch(Type.PREFIX, "/");

        /** How a path is compared. */
        public enum Type {
            EXACT,
            /** Whole path segments: {@code /a} matches {@code /a} and {@code /a/b}, not {@code /ab}. */
            PREFIX,
            /** An RE2 expression for the whole path. */
            REGEX
        }
    }

    /**
     * @param pool key of one of {@link Snapshot#pools}
     * @param weight 0..1,000,000, relative to the route's other pools
     */
    public record WeightedPool(ObjectKey pool, int weight) {}

    /**
     * Zero means no limit.
     *
     * @param request from the end of the request's head to the end of the response's head; past it, 504
     * @param idle longest silence on either side while an exchange or relay is under way
     * @param stream from the end of the request's head to the end of the response, also after an upgrade; absent: no limit
     */
    public record Timeouts(
            Duration request, Duration idle, @Defaulted Optional<Duration> stream) {

        /** The defaults of the API. */
        public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(60), Duration.ofMinutes(5));

        /** Without a bound on the whole. */
        public Timeouts(Duration request, Duration idle) {
            this(request, idle, Optional.empty());
        }
    }
}
