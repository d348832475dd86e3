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

/** Sends a copy of requests to a second pool, whose responses nobody waits for or sees. */
@ApiObject
public record MirrorSpec(
        @JsonPropertyDescription("Name of a Pool in this namespace.") @Required @Pattern(Formats.NAME)
        String pool,

        @JsonPropertyDescription("Share of requests that are copied, in percent.") @Default("100") @Min(0) @Max(100)
        Integer percent) {

    public MirrorSpec {
        percent = Absent.or(percent, 100);
    }
}
