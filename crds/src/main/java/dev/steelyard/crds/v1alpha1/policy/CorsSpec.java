package dev.steelyard.crds.v1alpha1.policy;

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

/** Answers preflight requests and tells browsers who may read responses (Fetch standard). */
@ApiObject
@ValidationRule(
        value = "!self.allowCredentials || !self.allowOrigins.exists(o, o == '*')",
        message = "allowCredentials with the origin * would let every site act as the user; name the origins",
        fieldPath = ".allowOrigins")
public record CorsSpec(
        @JsonPropertyDescription(
                "Origins that may read responses, such as https://app.example.com," + " https://*.example.com or *.")
        @Required
        @Size(min = 1, max = 64)
        List<@Pattern(Formats.ORIGIN) String> allowOrigins,

        @JsonPropertyDescription("Methods that they may use. Absent: GET, HEAD and POST.") @Size(max = 16)
        List<@Pattern(Formats.METHOD) String> allowMethods,

        @JsonPropertyDescription("Header fields that they may send.") @Size(max = 64)
        List<@Pattern(Formats.TOKEN) String> allowHeaders,

        @JsonPropertyDescription("Header fields of responses that they may read.") @Size(max = 64)
        List<@Pattern(Formats.TOKEN) String> exposeHeaders,

        @JsonPropertyDescription("Whether requests may carry cookies and logins.") @Default("false")
        boolean allowCredentials,

        @JsonPropertyDescription("How long browsers remember the answer to a preflight.")
        @Default("5s")
        @Pattern(Formats.DURATION)
        String maxAge) {

    public CorsSpec {
        allowOrigins = Absent.list(allowOrigins);
        allowMethods = Absent.list(allowMethods);
        allowHeaders = Absent.list(allowHeaders);
        exposeHeaders = Absent.list(exposeHeaders);
        maxAge = Absent.or(maxAge, "5s");
    }
}
