package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Bounds;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a policy. */
@JsonClassDescription("What became of it.")
@ApiObject
public record PolicyStatus(
        @JsonPropertyDescription("The generation of this object that the operator last looked at.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Accepted: the spec is valid."
                + " ResolvedRefs: all pools and Secrets that it names exist and are fit for use.")
        @Size(max = 16)
        List<Condition> conditions) {

    /** Nothing known yet. */
    public static final PolicyStatus EMPTY = new PolicyStatus(null, List.of());

    public PolicyStatus {
        conditions = Absent.list(conditions);
    }
}
