package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** A fixed response. */
@ApiObject
public record ResponseSpec(
        @JsonPropertyDescription("Status of the response.") @Default("200") @Min(200) @Max(599)
        Integer status,

        @JsonPropertyDescription("Body of the response, sent as UTF-8.") @Default("\"\"") @Size(max = 16_384)
        String body,

        @JsonPropertyDescription("Content-Type of the body.")
        @Default("text/plain; charset=utf-8")
        @Pattern(Formats.CONTENT_TYPE)
        String contentType) {

    public ResponseSpec {
        status = Absent.or(status, 200);
        body = Absent.or(body, "");
        contentType = Absent.or(contentType, "text/plain; charset=utf-8");
    }
}
