package dev.steelyard.crds.v1alpha1.service;

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

/** A redirect; what is absent stays as in the request. */
@ApiObject
@ValidationRule(
        value = "self.status in [301, 302, 303, 307, 308]",
        message = "status must be 301, 302, 303, 307 or 308",
        fieldPath = ".status")
@ValidationRule(
        value = "has(self.scheme) || has(self.host) || has(self.port) || has(self.path)",
        message = "a redirect must change scheme, host, port or path, or it would lead to itself")
public record RedirectSpec(
        @JsonPropertyDescription("Status of the response: 301, 302, 303, 307 or 308.")
        @Default("302")
        @Min(301)
        @Max(308)
        Integer status,

        @JsonPropertyDescription("Scheme of the new URL. Absent: as in the request.") @Nullable
        Scheme scheme,

        @JsonPropertyDescription("Host of the new URL. Absent: as in the request.") @Pattern(Formats.HOST) @Nullable
        String host,

        @JsonPropertyDescription(
                "Port of the new URL. Absent: that of the scheme if scheme is given, else as in the request.")
        @Min(1)
        @Max(65_535)
        @Nullable
        Integer port,

        @JsonPropertyDescription("Path of the new URL, perhaps with a query, which then replaces the request's."
                + " Absent: path and query as in the request.")
        @Pattern(Formats.PATH)
        @Nullable
        String path) {

    public RedirectSpec {
        status = Absent.or(status, 302);
    }

    /** Scheme of a URL. */
    public enum Scheme {
        @JsonProperty("http")
        HTTP,
        @JsonProperty("https")
        HTTPS
    }
}
