package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Lets clients in by their address; others are answered 403, or for TCP and TLS closed. */
@ApiObject
@ValidationRule(
        value = "(has(self.allow) && size(self.allow) > 0) || (has(self.deny) && size(self.deny) > 0)",
        message = "access needs allow or deny")
public record AccessSpec(
        @JsonPropertyDescription("Address blocks that are let in. Absent: all that deny does not name.")
        @Size(max = 1024)
        List<@Pattern(Formats.CIDR) String> allow,

        @JsonPropertyDescription("Address blocks that are kept out, also where allow names them.") @Size(max = 1024)
        List<@Pattern(Formats.CIDR) String> deny) {

    public AccessSpec {
        allow = Absent.list(allow);
        deny = Absent.list(deny);
    }
}
