package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Conditions on an HTTP request, all of which must hold; what is absent is not looked at. */
@ApiObject
@ValidationRule(
        value = "has(self.path) || has(self.methods) || has(self.headers) || has(self.cookies) || has(self.query)"
                + " || has(self.contentTypes) || has(self.acceptTypes) || has(self.sourceCIDRs)",
        message = "a match needs at least one condition; leave match out for every request")
public record RouteMatchSpec(
        @JsonPropertyDescription("What the path must be, percent-decoded where that is safe, without the query.")
        @Nullable
        PathMatch path,

        @JsonPropertyDescription("The method must be one of these, upper case.") @Size(max = 16)
        List<@Pattern(Formats.METHOD) String> methods,

        @JsonPropertyDescription(
                "Header fields that must be as said, all of them. Names compare without regard to case.")
        @Size(max = 8)
        List<ValueMatch> headers,

        @JsonPropertyDescription("Cookies that must be as said, all of them.") @Size(max = 8)
        List<ValueMatch> cookies,

        @JsonPropertyDescription("Query parameters that must be as said, all of them.") @Size(max = 8)
        List<ValueMatch> query,

        @JsonPropertyDescription(
                "The request's body must be of one of these media types, such as application/json or image/*.")
        @Size(max = 16)
        List<@Pattern(Formats.MEDIA_TYPE) String> contentTypes,

        @JsonPropertyDescription("The request's Accept must prefer one of these media types, such as text/html.")
        @Size(max = 16)
        List<@Pattern(Formats.MEDIA_TYPE) String> acceptTypes,

        @JsonPropertyDescription("The client's address must be in one of these blocks.") @Size(max = 16)
        List<@Pattern(Formats.CIDR) String> sourceCIDRs) {

    public RouteMatchSpec {
        methods = Absent.list(methods);
        headers = Absent.list(headers);
        cookies = Absent.list(cookies);
        query = Absent.list(query);
        contentTypes = Absent.list(contentTypes);
        acceptTypes = Absent.list(acceptTypes);
        sourceCIDRs = Absent.list(sourceCIDRs);
    }

    /** What the path must be. */
    @ApiObject
    @ValidationRule(
            value = "self.type == 'Regex' || (self.value.startsWith('/') && !self.value.contains('?')"
                    + " && !self.value.contains('#'))",
            message = "an Exact or Prefix path begins with / and holds neither ? nor #",
            fieldPath = ".value")
    public record PathMatch(
            @JsonPropertyDescription(
                    "Exact: the whole path. Prefix: whole leading segments, so that /a matches /a and /a/b"
                            + " but not /ab. Regex: an RE2 expression for the whole path.")
            @Default("Prefix")
            PathMatchType type,

            @JsonPropertyDescription("Path, prefix or expression; case counts.") @Required @Size(min = 1, max = 1024)
            String value) {

        public PathMatch {
            type = Absent.or(type, PathMatchType.PREFIX);
        }
    }

    /** How a path is compared. */
    public enum PathMatchType {
        @JsonProperty("Exact")
        EXACT,
        /** Whole segments. */
        @JsonProperty("Prefix")
        PREFIX,
        /** RE2, for the whole path. */
        @JsonProperty("Regex")
        REGEX
    }

    /** What a header field, cookie or query parameter must be. */
    @ApiObject
    @ValidationRule(
            value = "(self.type == 'Present') != has(self.value)",
            message = "type Exact and Regex need value, and Present has none")
    public record ValueMatch(
            @JsonPropertyDescription(
                    "Exact: the whole value. Regex: an RE2 expression for the whole value." + " Present: any value.")
            @Default("Exact")
            ValueMatchType type,

            @JsonPropertyDescription("Name of the header field, cookie or query parameter.")
            @Required
            @Pattern(Formats.PARAMETER)
            String name,

            @JsonPropertyDescription("Value or expression; case counts.")
            @Size(max = 1024)
            @JsonInclude(JsonInclude.Include.NON_NULL)
            @Nullable
            String value) {

        public ValueMatch {
            type = Absent.or(type, ValueMatchType.EXACT);
        }
    }

    /** How a value is compared. */
    public enum ValueMatchType {
        @JsonProperty("Exact")
        EXACT,
        /** RE2, for the whole value. */
        @JsonProperty("Regex")
        REGEX,
        /** Any value. */
        @JsonProperty("Present")
        PRESENT
    }
}
