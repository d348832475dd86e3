package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Changes what the pool is asked for; routes are matched before. */
@ApiObject
@ValidationRule(
        value = "(has(self.path) ? 1 : 0) + (has(self.prefix) ? 1 : 0) + (has(self.regex) ? 1 : 0) <= 1",
        message = "rewrite has at most one of path, prefix and regex")
@ValidationRule(
        value = "has(self.host) || has(self.path) || has(self.prefix) || has(self.regex)",
        message = "rewrite needs host, path, prefix or regex")
public record RewriteSpec(
        @JsonPropertyDescription("Replaces the host.") @Pattern(Formats.HOST) @Nullable
        String host,

        @JsonPropertyDescription("Replaces the whole path; the query stays.") @Pattern(Formats.PATH) @Nullable
        String path,

        @JsonPropertyDescription("Replaces the prefix that the route matched.") @Pattern(Formats.PATH) @Nullable
        String prefix,

        @JsonPropertyDescription("Replaces what an expression matches in the path.") @Nullable
        Regex regex) {

    /** An expression and what replaces its matches. */
    @ApiObject
    public record Regex(
            @JsonPropertyDescription("RE2 expression; the first match in the path is replaced.")
            @Required
            @Size(min = 1, max = 1024)
            String pattern,

            @JsonPropertyDescription("Replacement; $1 and so on stand for groups.")
            @Required
            @Size(max = 1024)
            @JsonInclude(JsonInclude.Include.ALWAYS)
            String substitution) {}
}
