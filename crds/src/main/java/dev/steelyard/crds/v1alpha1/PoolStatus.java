package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Bounds;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a pool, as the nodes see it. */
@JsonClassDescription("What became of it, as the nodes see it.")
@ApiObject
public record PoolStatus(
        @JsonPropertyDescription("The generation of this object that the operator last looked at.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("How many endpoints the pool has.") @Nullable
        Endpoints endpoints,

        @JsonPropertyDescription("Endpoints that some node sees down; not all if there are many.") @Size(max = 20)
        List<UnhealthyEndpoint> unhealthy,

        @JsonPropertyDescription("Accepted: the spec is valid."
                + " ResolvedRefs: all Services and Secrets that it names exist and are fit for use."
                + " Available: at least minHealthy endpoints take work.")
        @Size(max = 16)
        List<Condition> conditions) {

    /** Nothing known yet. */
    public static final PoolStatus EMPTY = new PoolStatus(null, null, List.of(), List.of());

    public PoolStatus {
        unhealthy = Absent.list(unhealthy);
        conditions = Absent.list(conditions);
    }

    /** How many endpoints the pool has. */
    @ApiObject
    public record Endpoints(
            @JsonPropertyDescription("All endpoints.") @Min(0) @Max(Bounds.ENDPOINTS)
            int total,

            @JsonPropertyDescription("Endpoints that take work.") @Min(0) @Max(Bounds.ENDPOINTS)
            int healthy,

            @JsonPropertyDescription("Endpoints that finish old work and take no new.") @Min(0) @Max(Bounds.ENDPOINTS)
            int draining) {}

    /** An endpoint that some node sees down. */
    @ApiObject
    public record UnhealthyEndpoint(
            @JsonPropertyDescription(
                    "IP:port, IPv6 in brackets; name:port for a name that does not resolve or resolves to"
                            + " what is denied.")
            @Required
            @Size(max = 300)
            String address,

            @JsonPropertyDescription("How many nodes see it down.") @Min(0) @Max(Bounds.NODES)
            int nodes,

            @JsonPropertyDescription("Why, for people; as the first of those nodes says.")
            @Size(max = Bounds.MESSAGE)
            @Nullable
            String reason,

            @JsonPropertyDescription("When the first of those nodes saw it go down.")
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            @Nullable
            Instant since) {}
}
