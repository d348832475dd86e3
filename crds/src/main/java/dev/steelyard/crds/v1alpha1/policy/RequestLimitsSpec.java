package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.ApiObject;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** Bounds on the size of requests; what is absent is not bounded here. */
@ApiObject
public record RequestLimitsSpec(
        @JsonPropertyDescription(
                "Most bytes of all header fields; more is answered 431. The listener's own limit holds too.")
        @Min(256)
        @Max(1_048_576)
        @Nullable
        Integer maxHeaderBytes,

        @JsonPropertyDescription("Most bytes of the request target; more is answered 414.")
        @Min(64)
        @Max(1_048_576)
        @Nullable
        Integer maxUriBytes,

        @JsonPropertyDescription("Most bytes of a body; more is answered 413. 0: no bodies.")
        @Min(0)
        @Max(1_099_511_627_776.0)
        @Nullable
        Long maxBodyBytes) {}
