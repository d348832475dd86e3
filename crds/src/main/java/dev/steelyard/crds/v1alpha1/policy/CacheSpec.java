package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A shared HTTP cache (RFC 9111) on each node. */
@ApiObject
@ValidationRule(
        value = "self.maxObjectBytes <= self.maxBytes",
        message = "maxObjectBytes must be at most maxBytes",
        fieldPath = ".maxObjectBytes")
public record CacheSpec(
        @JsonPropertyDescription(
                "Memory for stored responses on each node, in bytes; past it the least useful are dropped.")
        @Default("67108864")
        @Min(1_048_576)
        @Max(1_099_511_627_776.0)
        Long maxBytes,

        @JsonPropertyDescription("Largest body that is stored, in bytes.")
        @Default("1048576")
        @Min(1)
        @Max(1_099_511_627_776.0)
        Long maxObjectBytes,

        @JsonPropertyDescription("Freshness of a response that says nothing of it. 0s: it is not stored.")
        @Default("0s")
        @Pattern(Formats.DURATION)
        String defaultTtl,

        @JsonPropertyDescription(
                "How long a stale response is still served while it is validated in the background, where"
                        + " the response does not say (RFC 5861). Absent: not at all.")
        @Pattern(Formats.DURATION)
        @Nullable
        String staleWhileRevalidate,

        @JsonPropertyDescription(
                "How long a stale response is served when the pool fails, where the response does not say"
                        + " (RFC 5861). Absent: not at all.")
        @Pattern(Formats.DURATION)
        @Nullable
        String staleIfError,

        @JsonPropertyDescription(
                "Whether requests for one thing that is not stored yet wait for a single request to the pool.")
        @Default("true")
        Boolean coalesce,

        @JsonPropertyDescription("Most variants (Vary) of one URL that are stored.") @Default("16") @Min(1) @Max(1024)
        Integer maxVariants,

        @JsonPropertyDescription("Query parameters that do not tell responses apart, such as utm_source.")
        @Size(max = 64)
        List<@Pattern(Formats.PARAMETER) String> ignoreQuery,

        @JsonPropertyDescription(
                "Whether Cache-Control in requests is ignored, so that clients cannot force work on the pool.")
        @Default("false")
        boolean ignoreRequestCacheControl) {

    public CacheSpec {
        maxBytes = Absent.or(maxBytes, 67_108_864L);
        maxObjectBytes = Absent.or(maxObjectBytes, 1_048_576L);
        defaultTtl = Absent.or(defaultTtl, "0s");
        coalesce = Absent.or(coalesce, true);
        maxVariants = Absent.or(maxVariants, 16);
        ignoreQuery = Absent.list(ignoreQuery);
    }
}
