package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import dev.steelyard.crds.HeaderField;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** Changes to header fields, in this order: remove, set, add. */
@ApiObject
@ValidationRule(
        value = "(has(self.set) && size(self.set) > 0) || (has(self.add) && size(self.add) > 0)"
                + " || (has(self.remove) && size(self.remove) > 0)",
        message = "at least one of set, add and remove is needed")
public record HeaderChangesSpec(
        @JsonPropertyDescription("Fields that replace those of the same name.") @Size(max = 64)
        List<HeaderField> set,

        @JsonPropertyDescription("Fields that are added to those of the same name.") @Size(max = 64)
        List<HeaderField> add,

        @JsonPropertyDescription("Names of fields that are removed.") @Size(max = 64)
        List<@Pattern(Formats.TOKEN) String> remove) {

    public HeaderChangesSpec {
        set = Absent.list(set);
        add = Absent.list(add);
        remove = Absent.list(remove);
    }
}
