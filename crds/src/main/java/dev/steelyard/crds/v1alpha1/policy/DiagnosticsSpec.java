package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Tells clients that ask, and may, why a response is as it is. */
@ApiObject
public record DiagnosticsSpec(
        @JsonPropertyDescription(
                "Name of a header field. A request that has it, with whatever value, asks; its response"
                        + " has it with the flags of the access log, or a hyphen if there are none. The pool gets it from nobody.")
        @Default("X-Steelyard-Flags")
        @Size(max = 128)
        @Pattern(Formats.TOKEN)
        String flagsHeader,

        @JsonPropertyDescription(
                "Address blocks of clients that may ask. Others get no such field, whatever the pool says.")
        @Required
        @Size(min = 1, max = 64)
        List<@Pattern(Formats.CIDR) String> sourceCIDRs) {

    public DiagnosticsSpec {
        flagsHeader = Absent.or(flagsHeader, "X-Steelyard-Flags");
        sourceCIDRs = Absent.list(sourceCIDRs);
    }
}
