package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Bounds requests in time by a token bucket on each node; more are answered 429. */
@ApiObject
@ValidationRule(
        value = "duration(self.period) >= duration('1s')",
        message = "period must be at least 1s",
        fieldPath = ".period")
public record RateLimitSpec(
        @JsonPropertyDescription("Who has a bucket of his own. Absent: all requests share one.") @Nullable
        ClientKey key,

        @JsonPropertyDescription("Requests per period, on each node.") @Required @Min(1) @Max(1_000_000_000)
        int rate,

        @JsonPropertyDescription("What rate counts in; at least 1s.") @Default("1s") @Pattern(Formats.DURATION)
        String period,

        @JsonPropertyDescription("Requests that may come at once after a pause. Absent: as many as rate.")
        @Min(1)
        @Max(1_000_000_000)
        @Nullable
        Integer burst) {

    public RateLimitSpec {
        period = Absent.or(period, "1s");
    }
}
