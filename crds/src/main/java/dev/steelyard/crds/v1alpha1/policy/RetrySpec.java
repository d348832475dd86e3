package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks another endpoint when one has failed and no part of its response has gone to the client. */
@ApiObject
public record RetrySpec(
        @JsonPropertyDescription("Further attempts after the first. 0: none, not even after a failed connect.")
        @Default("2")
        @Min(0)
        @Max(10)
        Integer attempts,

        @JsonPropertyDescription(
                "Which failures are tried again. ConnectFailure: no connection. RefusedStream: the endpoint"
                        + " says that it did nothing (HTTP/2). Reset: the connection broke before a response. Timeout: no response"
                        + " within perTryTimeout. GatewayError: 502, 503 or 504. The last three only if the request's body, if it has"
                        + " one, is at most 64 KiB. Absent: ConnectFailure and RefusedStream.")
        @Size(min = 1, max = 5)
        List<RetryOn> retryOn,

        @JsonPropertyDescription(
                "Longest wait for the response's head in each attempt, from when the request has been sent as a whole."
                        + " Absent: only the whole request is bounded.")
        @Pattern(Formats.DURATION)
        @Nullable
        String perTryTimeout,

        @JsonPropertyDescription("Whether methods that are not idempotent, such as POST, are tried again even when the"
                + " endpoint may have acted on them.")
        @Default("false")
        boolean nonIdempotent,

        @JsonPropertyDescription(
                "Bound on the retries of a pool, so that they do not bury it when it is in trouble. Failed"
                        + " connects and refused streams, of which no endpoint has work, do not count. Absent: the defaults of its fields.")
        @Nullable
        Budget budget) {

    /** What is tried again if the policy names nothing. */
    public static final List<RetryOn> DEFAULT_RETRY_ON = List.of(RetryOn.CONNECT_FAILURE, RetryOn.REFUSED_STREAM);

    public RetrySpec {
        attempts = Absent.or(attempts, 2);
        retryOn = Absent.list(retryOn);
    }

    /** Bound on retries. */
    @ApiObject
    public record Budget(
            @JsonPropertyDescription(
                    "Most retries at once, in percent of the requests under way to the pool from the node.")
            @Default("20")
            @Min(0)
            @Max(100)
            Integer percent,

            @JsonPropertyDescription("Retries at once that are always allowed.") @Default("3") @Min(0) @Max(100_000)
            Integer min) {

        /** What holds where the policy says nothing. */
        public static final Budget DEFAULT = new Budget(20, 3);

        public Budget {
            percent = Absent.or(percent, 20);
            min = Absent.or(min, 3);
        }
    }

    /** A kind of failure. */
    public enum RetryOn {
        @JsonProperty("ConnectFailure")
        CONNECT_FAILURE,
        /** HTTP/2 REFUSED_STREAM. */
        @JsonProperty("RefusedStream")
        REFUSED_STREAM,
        @JsonProperty("Reset")
        RESET,
        @JsonProperty("Timeout")
        TIMEOUT,
        /** 502, 503 or 504. */
        @JsonProperty("GatewayError")
        GATEWAY_ERROR
    }
}
