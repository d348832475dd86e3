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

/** Takes out endpoints that fail requests. */
@ApiObject
@ValidationRule(
        value = "duration(self.ejectionTime) >= duration('1s')",
        message = "ejectionTime must be at least 1s",
        fieldPath = ".ejectionTime")
public record OutlierDetectionSpec(
        @JsonPropertyDescription(
                "Failed requests in a row, on one node, that take an endpoint out: no connection, no answer"
                        + " in time, or a 5xx.")
        @Default("5")
        @Min(1)
        @Max(10_000)
        Integer consecutiveErrors,

        @JsonPropertyDescription("How long an endpoint stays out the first time; each further time as much longer.")
        @Default("30s")
        @Pattern(Formats.DURATION)
        String ejectionTime,

        @JsonPropertyDescription("Most endpoints of the pool that may be out at once, in percent; one always may.")
        @Default("50")
        @Min(0)
        @Max(100)
        Integer maxEjectedPercent) {

    public OutlierDetectionSpec {
        consecutiveErrors = Absent.or(consecutiveErrors, 5);
        ejectionTime = Absent.or(ejectionTime, "30s");
        maxEjectedPercent = Absent.or(maxEjectedPercent, 50);
    }
}
