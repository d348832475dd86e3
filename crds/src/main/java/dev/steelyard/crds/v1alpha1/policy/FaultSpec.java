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

/** Makes requests slow or fail on purpose, to try how clients bear it. */
@ApiObject
@ValidationRule(value = "has(self.delay) || has(self.abort)", message = "fault needs delay or abort")
public record FaultSpec(
        @JsonPropertyDescription("Holds requests back.") @Nullable
        Delay delay,

        @JsonPropertyDescription("Answers requests with an error; after the delay if there is one.") @Nullable
        Abort abort) {

    /** Holds requests back. */
    @ApiObject
    public record Delay(
            @JsonPropertyDescription("How long.") @Required @Pattern(Formats.DURATION)
            String duration,

            @JsonPropertyDescription("Share of requests, in percent.") @Default("100") @Min(0) @Max(100)
            Integer percent) {

        public Delay {
            percent = Absent.or(percent, 100);
        }
    }

    /** Answers requests with an error. */
    @ApiObject
    public record Abort(
            @JsonPropertyDescription("Status of the answer.") @Required @Min(400) @Max(599)
            int status,

            @JsonPropertyDescription("Share of requests, in percent.") @Default("100") @Min(0) @Max(100)
            Integer percent) {

        public Abort {
            percent = Absent.or(percent, 100);
        }
    }
}
