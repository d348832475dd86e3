package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** A body for error responses. */
@ApiObject
public record ErrorPageSpec(
        @JsonPropertyDescription("Statuses of errors, and ranges of them such as 500-599, that have this body.")
        @Required
        @Size(min = 1, max = 16)
        List<@Pattern(Formats.ERROR_STATUS_RANGE) String> statuses,

        @JsonPropertyDescription("The body, sent as UTF-8.")
        @Required
        @Size(max = 16_384)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        String body,

        @JsonPropertyDescription("Content-Type of the body.")
        @Default("text/html; charset=utf-8")
        @Pattern(Formats.CONTENT_TYPE)
        String contentType,

        @JsonPropertyDescription(
                "Whether error responses of the pool have it too, not only Steelyard's own. Their header fields stay.")
        @Default("false")
        boolean replaceUpstream) {

    public ErrorPageSpec {
        statuses = Absent.list(statuses);
        contentType = Absent.or(contentType, "text/html; charset=utf-8");
    }
}
