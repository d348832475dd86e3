package dev.steelyard.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/** A header field. */
@ApiObject
public record HeaderField(
        @JsonPropertyDescription("Name of the field.") @Required @Pattern(Formats.TOKEN)
        String name,

        @JsonPropertyDescription("Value of the field.")
        @Required
        @Pattern(Formats.FIELD_VALUE)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String value) {}
