package dev.steelyard.snapshot;

import java.util.List;
import java.util.Optional;

/**
 * What is done to the requests of a route and their responses on the way. What is absent is not done.
 *
 * @param access who is let in
 * @param cors what browsers are told of other sites
 * @param rewrite what the pool is asked for instead
 * @param requestHeaders changes to requests on their way to the pool
 * @param responseHeaders changes to responses on their way to the client
 * @param mirror where copies of requests go
 * @param errorPages the policy of {@link Snapshot#errorPages} whose bodies error responses have
 * @param diagnostics who is told why a response is as it is
 */
public record Filters(
        @Defaulted Optional<Access> access,
        @Defaulted Optional<Cors> cors,
        @Defaulted Optional<Rewrite> rewrite,
        @Defaulted Optional<HeaderChanges> requestHeaders,
        @Defaulted Optional<HeaderChanges> responseHeaders,
        @Defaulted Optional<Mirror> mirror,
        @Defaulted Optional<String> errorPages,
        @Defaulted Optional<Diagnostics> diagnostics) {

    /** Does nothing. */
    public static final Filters NONE = new Filters(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Those that leave error responses as they are, and tell nobody why. */
    public Filters(
            Optional<Access> access,
            Optional<Cors> cors,
            Optional<Rewrite> rewrite,
            Optional<HeaderChanges> requestHeaders,
            Optional<HeaderChanges> responseHeaders,
            Optional<Mirror> mirror) {
        this(access, cors, rewrite, requestHeaders, responseHeaders, mirror, Optional.empty(), Optional.empty());
    }

    /**
     * Who is let in, by CIDRs.
     *
     * @param allow empty: all that {@code deny} does not name
     * @param deny kept out, also where {@code allow} names them
     */
    public record Access(List<String> allow, List<String> deny) {

        public Access {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /**
     * Who may read responses (Fetch standard).
     *
     * @param allowOrigins {@code *}, an origin, or one whose host's first label is {@code *}; lower case
     * @param allowMethods never empty
     * @param allowHeaders fields that may be sent
     * @param exposeHeaders fields of responses that may be read
     * @param allowCredentials whether cookies and logins may go along
     * @param maxAgeSeconds how long browsers remember the answer to a preflight
     */
    public record Cors(
            List<String> allowOrigins,
            List<String> allowMethods,
            List<String> allowHeaders,
            List<String> exposeHeaders,
            boolean allowCredentials,
            long maxAgeSeconds) {

        public Cors {
            allowOrigins = List.copyOf(allowOrigins);
            allowMethods = List.copyOf(allowMethods);
            allowHeaders = List.copyOf(allowHeaders);
            exposeHeaders = List.copyOf(exposeHeaders);
        }
    }

    /**
     * What the pool is asked for. At most one of path, prefix and regex is there.
     *
     * @param host instead of the request's
     * @param path instead of the whole path
     * @param prefix instead of what the route matched: its prefix, or its whole exact path
     * @param regex replaces the first match in the path
     */
    public record Rewrite(
            @Defaulted Optional<String> host,
            @Defaulted Optional<String> path,
            @Defaulted Optional<String> prefix,
            @Defaulted Optional<Substitution> regex) {}

    /**
     * An expression and what replaces what it matches.
     *
     * @param pattern RE2
     * @param replacement {@code $1} or {@code ${1}} for a group, {@code $0} for the whole match, {@code $$} for a dollar sign
     */
    public record Substitution(String pattern, String replacement) {}

    /**
     * Changes to header fields, in this order.
     *
     * @param remove names, in lower case
     * @param set replace those of the same name
     * @param add are added to those of the same name
     */
    public record HeaderChanges(List<String> remove, List<Field> set, List<Field> add) {

        public HeaderChanges {
            remove = List.copyOf(remove);
            set = List.copyOf(set);
            add = List.copyOf(add);
        }
    }

    /** A header field. */
    public record Field(String name, String value) {}

    /**
     * Who is told why a response is as it is.
     *
     * @param flagsHeader name of the field that asks, and answers
     * @param sourceCidrs clients that may ask; never empty
     */
    public record Diagnostics(String flagsHeader, List<String> sourceCidrs) {

        public Diagnostics {
            sourceCidrs = List.copyOf(sourceCidrs);
        }
    }

    /**
     * Where copies go.
     *
     * @param pool key of one of {@link Snapshot#pools}
     * @param percent of requests, 0..100
     */
    public record Mirror(ObjectKey pool, int percent) {}
}
