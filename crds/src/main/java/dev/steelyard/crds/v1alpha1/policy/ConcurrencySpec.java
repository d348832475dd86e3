package dev.steelyard.crds.v1alpha1.policy;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Bounds requests that are under way at once on each node; more wait in the queue or are answered 503. */
@ApiObject
public record ConcurrencySpec(
        @JsonPropertyDescription("Who is counted by himself. Absent: all requests are counted together.") @Nullable
        ClientKey key,

        @JsonPropertyDescription("Requests under way at once, on each node.") @Required @Min(1) @Max(1_000_000)
        int max,

        @JsonPropertyDescription("Where further requests wait. Absent: they are answered 503 at once.") @Nullable
        QueueSpec queue) {

    /** Where requests wait. */
    @ApiObject
    public record QueueSpec(
            @JsonPropertyDescription("Requests that may wait on one node; more are answered 503.")
            @Default("1000")
            @Min(1)
            @Max(1_000_000)
            Integer size,

            @JsonPropertyDescription("Longest wait; then 503.") @Default("5s") @Pattern(Formats.DURATION)
            String timeout) {

        public QueueSpec {
            size = Absent.or(size, 1000);
            timeout = Absent.or(timeout, "5s");
        }
    }
}
