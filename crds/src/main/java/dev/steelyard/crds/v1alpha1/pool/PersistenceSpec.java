package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How a client is kept on the endpoint that it was sent to first. */
@ApiObject
@ValidationRule(
        value = "(self.type in ['Header', 'Query']) == (self.name != '')",
        message = "the types Header and Query need name, and the others have none")
@ValidationRule(
        value = "!has(self.cookie) || self.type == 'Cookie'",
        message = "cookie is for type Cookie",
        fieldPath = ".cookie")
public record PersistenceSpec(
        @JsonPropertyDescription(
                "What a client is known by. Cookie: one that Steelyard sets and that holds no address of an"
                        + " endpoint. SourceAddress: its address. Header, Query: a field or query parameter.")
        @Required
        PersistenceType type,

        @JsonPropertyDescription("The cookie, for type Cookie. Absent: the defaults of its fields.") @Nullable
        CookieSpec cookie,

        @JsonPropertyDescription("Name of the header field or query parameter, for types Header and Query.")
        @Default("\"\"")
        @Pattern(Formats.OPTIONAL_TOKEN)
        String name,

        @JsonPropertyDescription("How long after its last request a client is remembered, for types other than Cookie.")
        @Default("30m")
        @Pattern(Formats.DURATION)
        String timeout) {

    public PersistenceSpec {
        name = Absent.or(name, "");
        timeout = Absent.or(timeout, "30m");
    }

    /** The cookie that a client is known by. */
    @ApiObject
    public record CookieSpec(
            @JsonPropertyDescription("Name of the cookie.") @Default("SRV") @Pattern(Formats.TOKEN)
            String name,

            @JsonPropertyDescription("How long the client keeps it. 0s: until it is closed.")
            @Default("0s")
            @Pattern(Formats.DURATION)
            String ttl) {

        /** What holds where the pool says nothing. */
        public static final CookieSpec DEFAULT = new CookieSpec("SRV", "0s");

        public CookieSpec {
            name = Absent.or(name, "SRV");
            ttl = Absent.or(ttl, "0s");
        }
    }

    /** What a client is known by. */
    public enum PersistenceType {
        @JsonProperty("Cookie")
        COOKIE,
        /** The client's address. */
        @JsonProperty("SourceAddress")
        SOURCE_ADDRESS,
        @JsonProperty("Header")
        HEADER,
        @JsonProperty("Query")
        QUERY
    }
}
