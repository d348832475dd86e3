package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Bounds;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One aspect of an object's state, as {@code metav1.Condition}. */
@ApiObject
public record Condition(
        @JsonPropertyDescription("Which aspect, such as Accepted or Available.")
        @Required
        @Pattern("^[A-Za-z][A-Za-z0-9]*$")
        @Size(max = 316)
        String type,

        @JsonPropertyDescription("Whether it holds: True, False or Unknown.") @Required
        Status status,

        @JsonPropertyDescription("The cause in one word, for programs.")
        @Required
        @Pattern("^[A-Za-z]([A-Za-z0-9_]*[A-Za-z0-9])?$")
        @Size(max = 1024)
        String reason,

        @JsonPropertyDescription("The cause, for people.")
        @Required
        @Size(max = 32_768)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String message,

        @JsonPropertyDescription("The metadata.generation that this was found for.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("When the status last changed from one value to another.")
        @Required
        @JsonFormat(shape = JsonFormat.Shape.STRING)
        Instant lastTransitionTime) {

    /** Whether a condition holds. */
    public enum Status {
        @JsonProperty("True")
        TRUE,
        @JsonProperty("False")
        FALSE,
        /** Not known yet, or no longer. */
        @JsonProperty("Unknown")
        UNKNOWN
    }
}
