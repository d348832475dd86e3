package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.Endpoints;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.ListenerStatus;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.Nodes;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus.Summary;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The status of a virtual service. */
public final class VirtualServiceStatuses {

    /** Why Programmed is false when the API server does not take the snapshot. */
    public static final String PUBLISH_FAILED = "PublishFailed";

    private static final int MAX_ADDRESSES = 256;
    private static final int MAX_IN_SUMMARY = 4;

    private VirtualServiceStatuses() {}

    /**
     * @param declared its present spec
     * @param problems its own
     * @param model what is in force, if anything is
     * @param standing how it stands in what is published, if it is or should be
     * @param nodes what the nodes report
     * @param pools health of all pools
     * @return with conditions whose transition times do not count
     */
    public static VirtualServiceStatus of(
            Declared<VirtualServiceSpec> declared,
            List<Problem> problems,
            Optional<ServiceModel> model,
            Optional<Standing> standing,
            NodeReports nodes,
            Map<ObjectKey, PoolHealth> pools) {
        long generation = declared.generation();
        Optional<Standing.Named> named = standing.flatMap(Standing::named);
        Programming programming = Programming.of(declared.key(), named, nodes);
        // What could not be compiled is in the model all the same.
        boolean compiled = problems.stream().noneMatch(problem -> problem.reason() == Reason.INTERNAL);
        Optional<Long> inForce = compiled
                ? model.map(ServiceModel::declared).map(Declared::generation)
                : named.flatMap(Standing.Named::generation);
        Condition accepted = Conditions.accepted(problems, generation, inForce);
        boolean current = accepted.status() == Condition.Status.TRUE;

        Optional<Snapshot> published = named.flatMap(Standing.Named::snapshot);
        ServedPools served = ServedPools.of(published, model, pools);
        VirtualServiceSpec spec =
                model.map(ServiceModel::declared).map(Declared::spec).orElse(declared.spec());
        Map<String, List<ListenerFailure>> failures =
                nodes.listenerFailures(declared.key().toString());
        List<ListenerStatus> listeners = inForce.map(
                        last -> ListenerStatuses.of(spec, last, generation, published, programming, failures))
                .orElse(List.of());
        List<String> addresses = programming.programmed().stream()
                .flatMap(node -> node.addresses().stream())
                .distinct()
                .limit(MAX_ADDRESSES)
                .toList();
        Nodes counts = new Nodes(
                nodes.live().size(),
                serves(generation, named) && current ? programming.programmed().size() : 0,
                nodes.unreachable().size(),
                programming.failing());
        Summary summary = new Summary(
                few(addresses.stream()),
                few(spec.listeners().stream()
                        .map(listener -> listener.endPort() > listener.port()
                                ? listener.port() + "-" + listener.endPort()
                                : Integer.toString(listener.port()))),
                served.healthy() + "/" + served.total(),
                counts.programmed() + "/" + counts.desired());
        return new VirtualServiceStatus(
                summary,
                generation,
                programming.generation().orElse(null),
                addresses,
                listeners,
                counts,
                new Endpoints(served.healthy(), served.total()),
                List.of(
                        accepted,
                        Conditions.resolvedRefs(problems, generation, inForce),
                        programmed(generation, current, standing, programming, nodes, listeners),
                        available(generation, programming, nodes, listeners, published, served)));
    }

    private static Condition programmed(
            long generation,
            boolean current,
            Optional<Standing> standing,
            Programming programming,
            NodeReports nodes,
            List<ListenerStatus> listeners) {
        String rest = without(listeners) + programming.unreachableText(nodes);
        if (!current) {
            String message = standing.flatMap(Standing::named)
                    .map(old -> programming.count(nodes) + " nodes serve generation "
                            + old.generation().map(String::valueOf).orElse("of before") + " while generation "
                            + generation + " is refused" + rest)
                    .orElse("nothing is served: the spec is refused");
            return no(Conditions.PROGRAMMED, "NotAccepted", message, generation);
        }
        Optional<String> failure = standing.flatMap(Standing::failure);
        if (failure.isPresent()) {
            return no(Conditions.PROGRAMMED, PUBLISH_FAILED, failure.get(), generation);
        }
        if (!serves(generation, standing.flatMap(Standing::named))) {
            return no(Conditions.PROGRAMMED, "Pending", "the snapshot is not published yet", generation);
        }
        if (nodes.live().isEmpty()) {
            return no(Conditions.PROGRAMMED, "NoNodes", "no live node runs a dataplane" + rest, generation);
        }
        String counted = programming.count(nodes) + " nodes serve generation " + generation;
        if (!programming.failing().isEmpty()) {
            String why = programming.failing().stream()
                    .limit(MAX_IN_SUMMARY)
                    .map(node -> node.node() + ": " + node.reason())
                    .collect(Collectors.joining("; "));
            return no(Conditions.PROGRAMMED, "NodesFailing", counted + "; " + why + rest, generation);
        }
        if (!programming.pending().isEmpty()) {
            return no(
                    Conditions.PROGRAMMED,
                    "Pending",
                    counted + "; waiting for "
                            + few(programming.pending().stream().map(NodeState::name)) + rest,
                    generation);
        }
        if (!programming.silent().isEmpty()) {
            return unknown(Conditions.PROGRAMMED, counted + "; " + programming.silentText() + rest, generation);
        }
        return Conditions.of(Conditions.PROGRAMMED, true, Conditions.PROGRAMMED, counted + rest, generation);
    }

    private static Condition available(
            long generation,
            Programming programming,
            NodeReports nodes,
            List<ListenerStatus> listeners,
            Optional<Snapshot> published,
            ServedPools served) {
        if (nodes.live().isEmpty()) {
            return no(Conditions.AVAILABLE, "NoNodes", "no live node runs a dataplane", generation);
        }
        Optional<Condition> closed = closed(generation, programming, listeners);
        if (closed.isPresent()) {
            return closed.get();
        }
        if (programming.serving() == 0 && programming.perhaps() > 0) {
            return unknown(Conditions.AVAILABLE, "no node tells for certain that it serves", generation);
        }
        if (programming.serving() == 0) {
            return no(Conditions.AVAILABLE, "NotProgrammed", "no node serves it", generation);
        }
        if (published.isEmpty()) {
            return unknown(Conditions.AVAILABLE, "what is published cannot be read back", generation);
        }
        if (!served.empty().isEmpty()) {
            return no(
                    Conditions.AVAILABLE,
                    "NoEndpoints",
                    few(served.empty().stream(), "; ") + ": such requests are answered 503",
                    generation);
        }
        if (!served.unknown().isEmpty()) {
            return unknown(
                    Conditions.AVAILABLE,
                    "nodes see more endpoints than they can report on, of pool " + few(served.unknown().stream())
                            + " perhaps, too",
                    generation);
        }
        return Conditions.of(Conditions.AVAILABLE, true, Conditions.AVAILABLE, "clients are served", generation);
    }

    /**
     * Clients of a listener that is bound nowhere are not served, whatever becomes of the others. While nodes are yet to come to the
     * snapshot, its listeners may be bound for an older one.
     */
    private static Optional<Condition> closed(
            long generation, Programming programming, List<ListenerStatus> listeners) {
        return listeners.stream()
                .filter(listener -> listener.boundNodes() == 0)
                .flatMap(listener -> listener.conditions().stream()
                        .filter(condition -> condition.type().equals(Conditions.BOUND))
                        .filter(bound -> bound.reason().equals(ListenerStatuses.NO_CERTIFICATE)
                                || (bound.reason().equals(ListenerStatuses.BIND_FAILED)
                                        && programming.pending().isEmpty()
                                        && programming.silent().isEmpty()))
                        .map(bound -> no(
                                Conditions.AVAILABLE,
                                bound.reason(),
                                "listener " + listener.name() + " is not served: " + bound.message(),
                                generation)))
                .findFirst();
    }

    /** Whether what is published is of this generation: nodes that acknowledge it do not acknowledge any other. */
    private static boolean serves(long generation, Optional<Standing.Named> named) {
        return named.flatMap(Standing.Named::generation)
                .filter(published -> published == generation)
                .isPresent();
    }

    /** Names the listeners that are in the spec but not in its snapshot, for the end of a message; empty if there are none. */
    private static String without(List<ListenerStatus> listeners) {
        List<String> names = listeners.stream()
                .filter(listener -> listener.conditions().stream()
                        .anyMatch(bound -> bound.reason().equals(ListenerStatuses.NO_CERTIFICATE)))
                .map(ListenerStatus::name)
                .toList();
        return names.isEmpty() ? "" : ", without " + few(names.stream()) + " for want of a certificate";
    }

    private static Condition unknown(String type, String message, long generation) {
        return Conditions.unknown(type, Conditions.NOT_REPORTED, message, generation);
    }

    private static Condition no(String type, String reason, String message, long generation) {
        return Conditions.of(type, false, reason, message, generation);
    }

    private static String few(Stream<String> texts) {
        return few(texts, ",");
    }

    private static String few(Stream<String> texts, String separator) {
        return Texts.few(texts.toList(), MAX_IN_SUMMARY, separator);
    }
}
