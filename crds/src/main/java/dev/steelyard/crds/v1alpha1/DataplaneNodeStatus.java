package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Bounds;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node says of itself: exceptions only. Field for field the dataplane's own report. */
@JsonClassDescription("The report: exceptions only.")
@ApiObject
public record DataplaneNodeStatus(
        @JsonPropertyDescription("Version of the dataplane program.") @Size(max = 128)
        String version,

        @JsonPropertyDescription("Highest snapshot format that the node reads.") @Min(0) @Max(1_000_000)
        int formatVersion,

        @JsonPropertyDescription("Epoch of the operator whose index was applied last.") @Min(0) @Max(Bounds.COUNT)
        long epoch,

        @JsonPropertyDescription("Revision of the index that was applied last. 0: none yet.") @Min(0) @Max(Bounds.COUNT)
        long appliedRevision,

        @JsonPropertyDescription("Snapshots that the index names and the node does not serve as named; their last good"
                + " versions go on serving.")
        @Size(max = 256)
        List<Rejected> rejected,

        @JsonPropertyDescription("Listeners that the node could not bind.") @Size(max = 256)
        List<ListenerFailure> listenerFailures,

        @JsonPropertyDescription("Endpoints that the node sees down, a few of each pool.") @Size(max = 256)
        List<EndpointDown> down,

        @JsonPropertyDescription(
                "How many endpoints the DNS names of each pool have on this node, for pools with such" + " members.")
        @Size(max = 1024)
        List<Resolved> resolved,

        @JsonPropertyDescription("How many endpoints of a pool are down, for pools of which down does not name all.")
        @Size(max = 1024)
        List<DownCount> downCounts,

        @JsonPropertyDescription("How long the lists would be if they named all. Where that is more than is named, what"
                + " is not named is not known to be well. Absent: the dataplane is of a version that does not tell.")
        @Nullable
        Totals totals,

        @JsonPropertyDescription("The generation of this object that was last looked at.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("State of the node's dataplane.") @Size(max = 16)
        List<Condition> conditions) {

    public DataplaneNodeStatus {
        version = Absent.or(version, "");
        rejected = Absent.list(rejected);
        listenerFailures = Absent.list(listenerFailures);
        down = Absent.list(down);
        resolved = Absent.list(resolved);
        downCounts = Absent.list(downCounts);
        conditions = Absent.list(conditions);
    }

    /** A snapshot refused. */
    @ApiObject
    public record Rejected(
            @JsonPropertyDescription("The virtual service, as namespace/name.") @Required @Pattern(Formats.OBJECT_KEY)
            String virtualService,

            @JsonPropertyDescription("Digest of the snapshot that was refused.") @Required @Size(max = 128)
            String digest,

            @JsonPropertyDescription("Why, for people.") @Required @Size(max = Bounds.MESSAGE)
            String reason,

            @JsonPropertyDescription("Digest of the snapshot that is served instead; empty if none is. Absent: the"
                    + " dataplane is of a version that does not tell.")
            @Size(max = 128)
            @Nullable
            String servingDigest) {}

    /** A listener that is not bound. */
    @ApiObject
    public record ListenerFailure(
            @JsonPropertyDescription("The virtual service, as namespace/name.") @Required @Pattern(Formats.OBJECT_KEY)
            String virtualService,

            @JsonPropertyDescription("Name of the listener in the virtual service.") @Required @Size(max = 63)
            String listener,

            @JsonPropertyDescription("Why, for people.") @Required @Size(max = Bounds.MESSAGE)
            String reason,

            @JsonPropertyDescription(
                    "Whether that is so for HTTP/3 alone, while TCP is served. Absent: it is not bound at all.")
            @Nullable
            Boolean http3) {

        /** One that is not bound at all. */
        public ListenerFailure(String virtualService, String listener, String reason) {
            this(virtualService, listener, reason, null);
        }

        /** Whether HTTP/3 alone is missing. */
        public boolean http3Alone() {
            return http3 != null && http3;
        }
    }

    /** An endpoint that the node sees down. */
    @ApiObject
    public record EndpointDown(
            @JsonPropertyDescription("The pool, as namespace/name.") @Required @Pattern(Formats.OBJECT_KEY)
            String pool,

            @JsonPropertyDescription(
                    "IP:port, IPv6 in brackets; name:port for a name that does not resolve or resolves to"
                            + " what is denied.")
            @Required
            @Size(max = 300)
            String address,

            @JsonPropertyDescription("Why, for people.") @Required @Size(max = Bounds.MESSAGE)
            String reason,

            @JsonPropertyDescription("When it went down, to the second.")
            @Required
            @JsonFormat(shape = JsonFormat.Shape.STRING)
            Instant since) {}

    /** How many endpoints of a pool are down. */
    @ApiObject
    public record DownCount(
            @JsonPropertyDescription("The pool, as namespace/name.") @Required @Pattern(Formats.OBJECT_KEY)
            String pool,

            @JsonPropertyDescription("Number of endpoints, names without an address included.")
            @Required
            @Min(0)
            @Max(Bounds.ENDPOINTS)
            int endpoints) {}

    /** How long the lists would be if they named all. */
    @ApiObject
    public record Totals(
            @JsonPropertyDescription("Snapshots refused.") @Min(0) @Max(Integer.MAX_VALUE)
            int rejected,

            @JsonPropertyDescription("Listeners that are not bound.") @Min(0) @Max(Integer.MAX_VALUE)
            int listenerFailures,

            @JsonPropertyDescription("Endpoints that are down.") @Min(0) @Max(Integer.MAX_VALUE)
            int down,

            @JsonPropertyDescription("Pools with DNS names.") @Min(0) @Max(Integer.MAX_VALUE)
            int resolved) {}

    /** How many endpoints the DNS names of a pool have in all. */
    @ApiObject
    public record Resolved(
            @JsonPropertyDescription("The pool, as namespace/name.") @Required @Pattern(Formats.OBJECT_KEY)
            String pool,

            @JsonPropertyDescription("Number of addresses.") @Required @Min(0) @Max(Bounds.ENDPOINTS)
            int endpoints) {}
}
