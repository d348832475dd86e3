package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What the hashing algorithms hash. */
@ApiObject
@ValidationRule(
        value = "(self.key in ['Header', 'Cookie', 'Query']) == (self.name != '')",
        message = "the keys Header, Cookie and Query need name, and the others have none")
public record HashSpec(
        @JsonPropertyDescription(
                "What is hashed: the client's address, a header field, a cookie, a query parameter, or the"
                        + " path with the query.")
        @Default("SourceAddress")
        HashKey key,

        @JsonPropertyDescription(
                "Name of the header field, cookie or query parameter. Requests without it are balanced at" + " random.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_TOKEN)
        String name,

        @JsonPropertyDescription(
                "Most load of an endpoint, as a multiple of the mean; past it the next one on the ring or in"
                        + " the table is taken. Absent: no bound.")
        @Min(1.01)
        @Max(100)
        @Nullable
        Double boundedLoad) {

    public HashSpec {
        key = Absent.or(key, HashKey.SOURCE_ADDRESS);
        name = Absent.or(name, "");
    }

    /** What is hashed. */
    public enum HashKey {
        /** The client's address. */
        @JsonProperty("SourceAddress")
        SOURCE_ADDRESS,
        @JsonProperty("Header")
        HEADER,
        @JsonProperty("Cookie")
        COOKIE,
        @JsonProperty("Query")
        QUERY,
        /** The path with the query. */
        URI
    }
}
