package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
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
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a virtual service: proof from the nodes, not intent. */
@JsonClassDescription("What became of it, as acknowledged by the nodes.")
@ApiObject
public record VirtualServiceStatus(
        @JsonPropertyDescription("Short texts for the columns of kubectl get.") @Nullable
        Summary summary,

        @JsonPropertyDescription("The generation of this object that the operator last looked at.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("The newest generation that all reachable nodes have acknowledged to serve.")
        @Min(0)
        @Max(Bounds.COUNT)
        @Nullable
        Long programmedGeneration,

        @JsonPropertyDescription("IP addresses on which it is served.") @Size(max = 256)
        List<@Pattern(Formats.IP) String> addresses,

        @JsonPropertyDescription("State of each listener.") @Size(max = 64)
        List<ListenerStatus> listeners,

        @JsonPropertyDescription("How many nodes serve it.") @Nullable
        Nodes nodes,

        @JsonPropertyDescription("How many endpoints its pools have, each pool counted once.") @Nullable
        Endpoints endpoints,

        @JsonPropertyDescription("Accepted: the spec is valid and claims nothing that an older object holds."
                + " ResolvedRefs: all pools, policies, Services and Secrets that it names exist and are fit for use."
                + " Programmed: all reachable nodes have acknowledged the current generation."
                + " Available: clients are served, by this or the last good generation.")
        @Size(max = 16)
        List<Condition> conditions) {

    /** Nothing known yet. */
    public static final VirtualServiceStatus EMPTY =
            new VirtualServiceStatus(null, null, null, List.of(), List.of(), null, null, List.of());

    public VirtualServiceStatus {
        addresses = Absent.list(addresses);
        listeners = Absent.list(listeners);
        conditions = Absent.list(conditions);
    }

    /** Texts for the columns of {@code kubectl get}. */
    @ApiObject
    public record Summary(
            @JsonPropertyDescription("Addresses, separated by commas; cut short after a few.")
            @Size(max = 256)
            @Nullable
            String addresses,

            @JsonPropertyDescription("Ports, separated by commas; cut short after a few.") @Size(max = 256) @Nullable
            String ports,

            @JsonPropertyDescription("Healthy endpoints of all endpoints, such as 4/5.") @Size(max = 32) @Nullable
            String endpoints,

            @JsonPropertyDescription("Nodes that serve the current generation of nodes that should, such as 3/3.")
            @Size(max = 32)
            @Nullable
            String nodes) {}

    /** State of one listener. */
    @ApiObject
    public record ListenerStatus(
            @JsonPropertyDescription("Name of the listener in the spec.") @Required @Pattern(Formats.LABEL)
            String name,

            @JsonPropertyDescription("Number of nodes on which it is bound.") @Min(0) @Max(Bounds.NODES)
            int boundNodes,

            @JsonPropertyDescription("State of this listener alone. Bound: all nodes that serve it have its port."
                    + " Http3Bound, where it offers HTTP/3: they have the UDP port for that, too.")
            @Size(max = 16)
            List<Condition> conditions) {

        public ListenerStatus {
            conditions = Absent.list(conditions);
        }
    }

    /** How many nodes serve the virtual service. */
    @ApiObject
    public record Nodes(
            @JsonPropertyDescription("Live nodes that should serve it.") @Min(0) @Max(Bounds.NODES)
            int desired,

            @JsonPropertyDescription("Live nodes that have acknowledged the current generation.")
            @Min(0)
            @Max(Bounds.NODES)
            int programmed,

            @JsonPropertyDescription("Nodes that have not been heard of for too long; not among the desired ones.")
            @Min(0)
            @Max(Bounds.NODES)
            int unreachable,

            @JsonPropertyDescription(
                    "Nodes that refuse the current generation or cannot bind a listener, and why; not all"
                            + " if there are many.")
            @Size(max = 20)
            List<FailingNode> failing) {

        public Nodes {
            failing = Absent.list(failing);
        }
    }

    /** A node that does not serve the current generation, and why. */
    @ApiObject
    public record FailingNode(
            @JsonPropertyDescription("Name of the node.") @Required @Size(max = 253)
            String node,

            @JsonPropertyDescription("Why, for people.") @Required @Size(max = Bounds.MESSAGE)
            String reason) {}

    /** How many endpoints the pools have. */
    @ApiObject
    public record Endpoints(
            @JsonPropertyDescription("Endpoints that take work.") @Min(0) @Max(Bounds.ENDPOINTS)
            int healthy,

            @JsonPropertyDescription("All endpoints.") @Min(0) @Max(Bounds.ENDPOINTS)
            int total) {}
}
