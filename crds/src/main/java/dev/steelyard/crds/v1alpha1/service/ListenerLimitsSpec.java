package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;

/** Bounds on what clients of a listener can take. A count or duration of zero means no limit. */
@ApiObject
public record ListenerLimitsSpec(
        @JsonPropertyDescription(
                "Most client connections open at once on one node; further ones wait to be accepted. 0: no limit."
                        + " For UDP, sessions; datagrams of further ones are dropped, one client address may have a quarter of"
                        + " them, and 0 means 10,000.")
        @Default("0")
        @Min(0)
        @Max(10_000_000)
        int maxConnections,

        @JsonPropertyDescription(
                "Age past which a connection is closed after the response under way, so that clients spread"
                        + " anew. 0s: no limit.")
        @Default("0s")
        @Pattern(Formats.DURATION)
        String maxConnectionAge,

        @JsonPropertyDescription(
                "Longest time for a request's head, from its first byte or the end of the TLS handshake;"
                        + " past it the connection is closed. 0s: no limit.")
        @Default("10s")
        @Pattern(Formats.DURATION)
        String headerTimeout,

        @JsonPropertyDescription("How long a connection may idle between requests. 0s: no limit.")
        @Default("60s")
        @Pattern(Formats.DURATION)
        String keepAliveTimeout,

        @JsonPropertyDescription("Most bytes of a request line and header fields together; more is answered 431.")
        @Default("32768")
        @Min(1024)
        @Max(1_048_576)
        Integer maxHeaderBytes,

        @JsonPropertyDescription("Requests on one connection, after which it is closed. 0: no limit.")
        @Default("0")
        @Min(0)
        @Max(1_000_000_000)
        int maxRequests) {

    /** What holds where the virtual service says nothing. */
    public static final ListenerLimitsSpec DEFAULT = new ListenerLimitsSpec(0, "0s", "10s", "60s", 32_768, 0);

    public ListenerLimitsSpec {
        maxConnectionAge = Absent.or(maxConnectionAge, "0s");
        headerTimeout = Absent.or(headerTimeout, "10s");
        keepAliveTimeout = Absent.or(keepAliveTimeout, "60s");
        maxHeaderBytes = Absent.or(maxHeaderBytes, 32_768);
    }
}
