package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Connections of each node to each endpoint. */
@ApiObject
@ValidationRule(
        value = "duration(self.connectTimeout) >= duration('1ms')",
        message = "connectTimeout must be above 0s",
        fieldPath = ".connectTimeout")
public record ConnectionsSpec(
        @JsonPropertyDescription("Longest time to a completed TCP handshake; then another endpoint is tried.")
        @Default("1s")
        @Pattern(Formats.DURATION)
        String connectTimeout,

        @JsonPropertyDescription("After how long an idle connection is closed. 0s: never.")
        @Default("60s")
        @Pattern(Formats.DURATION)
        String idleTimeout,

        @JsonPropertyDescription(
                "Idle connections that a node keeps per endpoint. 0: none, each request has a new one.")
        @Default("100")
        @Min(0)
        @Max(100_000)
        Integer maxIdle,

        @JsonPropertyDescription("Requests on one connection, after which it is closed. 0: no limit.")
        @Default("0")
        @Min(0)
        @Max(1_000_000_000)
        int maxRequests,

        @JsonPropertyDescription("Requests at once on one HTTP/2 connection.") @Default("100") @Min(1) @Max(100_000)
        Integer maxStreams,

        @JsonPropertyDescription("Requests (HTTP) or connections at once from a node to an endpoint. 0: no limit.")
        @Default("0")
        @Min(0)
        @Max(1_000_000)
        int maxPerEndpoint,

        @JsonPropertyDescription(
                "Where requests wait while every endpoint has maxPerEndpoint; of no use while that is 0."
                        + " Absent: they are answered 503.")
        @Nullable
        QueueSpec queue) {

    /** What holds where the pool says nothing. */
    public static final ConnectionsSpec DEFAULT = new ConnectionsSpec("1s", "60s", 100, 0, 100, 0, null);

    public ConnectionsSpec {
        connectTimeout = Absent.or(connectTimeout, "1s");
        idleTimeout = Absent.or(idleTimeout, "60s");
        maxIdle = Absent.or(maxIdle, 100);
        maxStreams = Absent.or(maxStreams, 100);
    }

    /** Where requests wait for an endpoint. */
    @ApiObject
    public record QueueSpec(
            @JsonPropertyDescription("Requests that may wait on one node; more are answered 503.")
            @Default("1000")
            @Min(1)
            @Max(1_000_000)
            Integer size,

            @JsonPropertyDescription("Longest wait; then 503.") @Default("5s") @Pattern(Formats.DURATION)
            String timeout) {

        public QueueSpec {
            size = Absent.or(size, 1000);
            timeout = Absent.or(timeout, "5s");
        }
    }
}
