package dev.steelyard.crds.v1alpha1.policy;

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

/** Writes a line for each request or connection to the node's standard output, or to the file that the node was started with. */
@ApiObject
@ValidationRule(
        value = "(self.format == 'Custom') == has(self.template)",
        message = "template goes with format Custom, which needs it",
        fieldPath = ".template")
public record AccessLogSpec(
        @JsonPropertyDescription("Whether lines are written. false turns off, for a route, what the virtual service's"
                + " policies turn on.")
        @Default("true")
        Boolean enabled,

        @JsonPropertyDescription(
                "Form of a line. Combined: as Apache and nginx. HAProxy: as HAProxy's httplog and tcplog. JSON: an object"
                        + " with all that is known. Custom: as template says.")
        @Default("Combined")
        Format format,

        @JsonPropertyDescription(
                "A Custom line: text in which %{name} stands for a value and %% for a percent sign. The names are those"
                        + " of the fields of JSON lines, and time_clf. Values are escaped so that none can end a line or a pair of"
                        + " quotes: as in JSON if the template begins with an opening brace, otherwise as nginx does.")
        @Pattern(Formats.LOG_TEMPLATE)
        @Nullable
        String template,

        @JsonPropertyDescription("Share of requests that are written, in percent; errors (5xx) always are.")
        @Default("100")
        @Min(0)
        @Max(100)
        Integer percent) {

    public AccessLogSpec {
        enabled = Absent.or(enabled, true);
        format = Absent.or(format, Format.COMBINED);
        percent = Absent.or(percent, 100);
    }

    /** Form of a line. */
    public enum Format {
        @JsonProperty("Combined")
        COMBINED,
        @JsonProperty("HAProxy")
        HA_PROXY,
        JSON,
        @JsonProperty("Custom")
        CUSTOM
    }
}
