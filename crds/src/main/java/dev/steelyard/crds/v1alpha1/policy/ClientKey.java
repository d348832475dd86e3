package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;

/** What tells clients apart. */
@ApiObject
@ValidationRule(
        value = "(self.type == 'SourceAddress') == (self.name == '')",
        message = "the types Header, Cookie and Query need name, and SourceAddress has none")
public record ClientKey(
        @JsonPropertyDescription(
                "SourceAddress: the client's address (IPv6: its /64). Header, Cookie, Query: the value of"
                        + " one; requests without it count as one client.")
        @Default("SourceAddress")
        KeyType type,

        @JsonPropertyDescription("Name of the header field, cookie or query parameter.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_TOKEN)
        String name) {

    public ClientKey {
        type = Absent.or(type, KeyType.SOURCE_ADDRESS);
        name = Absent.or(name, "");
    }

    /** What tells clients apart. */
    public enum KeyType {
        /** The client's address. */
        @JsonProperty("SourceAddress")
        SOURCE_ADDRESS,
        @JsonProperty("Header")
        HEADER,
        @JsonProperty("Cookie")
        COOKIE,
        @JsonProperty("Query")
        QUERY
    }
}
