package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.v1alpha1.policy.AccessLogSpec;
import dev.steelyard.crds.v1alpha1.policy.AccessSpec;
import dev.steelyard.crds.v1alpha1.policy.AuthSpec;
import dev.steelyard.crds.v1alpha1.policy.CacheSpec;
import dev.steelyard.crds.v1alpha1.policy.CompressionSpec;
import dev.steelyard.crds.v1alpha1.policy.ConcurrencySpec;
import dev.steelyard.crds.v1alpha1.policy.CorsSpec;
import dev.steelyard.crds.v1alpha1.policy.DiagnosticsSpec;
import dev.steelyard.crds.v1alpha1.policy.ErrorPageSpec;
import dev.steelyard.crds.v1alpha1.policy.FaultSpec;
import dev.steelyard.crds.v1alpha1.policy.HeaderChangesSpec;
import dev.steelyard.crds.v1alpha1.policy.MirrorSpec;
import dev.steelyard.crds.v1alpha1.policy.RateLimitSpec;
import dev.steelyard.crds.v1alpha1.policy.RequestLimitsSpec;
import dev.steelyard.crds.v1alpha1.policy.RetrySpec;
import dev.steelyard.crds.v1alpha1.policy.RewriteSpec;
import dev.steelyard.crds.v1alpha1.policy.TimeoutsSpec;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to traffic on its way; every section is optional. Where several policies apply, a section counts whole: the one
 * nearest to the request replaces the others, field by field nothing is merged.
 */
@JsonClassDescription("What is done to traffic; every section is optional. Where several policies apply, a section "
        + "counts whole: that of the route before that of the virtual service, and in each list the later "
        + "one before the earlier.")
@ApiObject
public record PolicySpec(
        @JsonPropertyDescription(
                "Shared HTTP cache (RFC 9111) on each node: validators, Vary, stale responses, one request"
                        + " to the pool for many clients.")
        @Nullable
        CacheSpec cache,

        @JsonPropertyDescription("Compresses responses that the pool sent uncompressed.") @Nullable
        CompressionSpec compression,

        @JsonPropertyDescription("Bounds requests in time; more are answered 429.") @Nullable
        RateLimitSpec rateLimit,

        @JsonPropertyDescription("Bounds requests that are under way at once; more wait or are answered 503.") @Nullable
        ConcurrencySpec concurrency,

        @JsonPropertyDescription(
                "Lets clients in by their address; others are answered 403, or for TCP and TLS closed.")
        @Nullable
        AccessSpec access,

        @JsonPropertyDescription("Lets requests in by who sends them; others are answered 401 or 403.") @Nullable
        AuthSpec auth,

        @JsonPropertyDescription("Changes header fields of requests on their way to the pool.") @Nullable
        HeaderChangesSpec requestHeaders,

        @JsonPropertyDescription("Changes header fields of responses on their way to the client.") @Nullable
        HeaderChangesSpec responseHeaders,

        @JsonPropertyDescription("Changes the host or path that the pool is asked for.") @Nullable
        RewriteSpec rewrite,

        @JsonPropertyDescription("Bounds on an exchange in time. Absent: request 60s, idle 5m.") @Nullable
        TimeoutsSpec timeouts,

        @JsonPropertyDescription(
                "Asks another endpoint when one has failed. Absent: a failed connect is retried on up to two"
                        + " others, nothing else is.")
        @Nullable
        RetrySpec retry,

        @JsonPropertyDescription("Answers preflight requests and tells browsers which other sites may read responses.")
        @Nullable
        CorsSpec cors,

        @JsonPropertyDescription("Bounds on the size of requests.") @Nullable
        RequestLimitsSpec limits,

        @JsonPropertyDescription("Bodies for error responses; the first that names the status is taken.")
        @Size(max = 16)
        List<ErrorPageSpec> errorPages,

        @JsonPropertyDescription("Sends a copy of requests to a second pool.") @Nullable
        MirrorSpec mirror,

        @JsonPropertyDescription("Makes requests slow or fail on purpose.") @Nullable
        FaultSpec fault,

        @JsonPropertyDescription("Writes a line for each request or connection. Absent: none.") @Nullable
        AccessLogSpec accessLog,

        @JsonPropertyDescription("Tells clients that ask why a response is as it is.") @Nullable
        DiagnosticsSpec diagnostics) {

    public PolicySpec {
        errorPages = Absent.list(errorPages);
    }
}
