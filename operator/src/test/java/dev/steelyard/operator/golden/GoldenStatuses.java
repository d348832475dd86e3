package dev.steelyard.operator.golden;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.status.Conditions;
import dev.steelyard.operator.status.NodeReports;
import dev.steelyard.operator.status.NodeState;
import dev.steelyard.operator.status.PolicyStatuses;
import dev.steelyard.operator.status.PoolHealth;
import dev.steelyard.operator.status.PoolStatuses;
import dev.steelyard.operator.status.Standing;
import dev.steelyard.operator.status.VirtualServiceStatuses;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** The conditions of all objects when one node serves what is published, and each Service has an endpoint. */
final class GoldenStatuses {

    private final Inputs inputs;
    private final Resolution resolution;
    private final SortedMap<ObjectKey, Snapshot> snapshots;
    private final NodeReports nodes;
    private final Map<ObjectKey, PoolHealth> health;

    GoldenStatuses(Inputs inputs, Resolution resolution) {
        this.inputs = inputs;
        this.resolution = resolution;
        this.snapshots = new Compiler().compile(resolution);
        DataplaneNodeStatus report = new DataplaneNodeStatus(
                "1", 1, 1, 1, List.of(), List.of(), List.of(), List.of(), List.of(), null, null, List.of());
        this.nodes = new NodeReports(List.of(new NodeState("n1", true, List.of(), Optional.of(report))));
        this.health = PoolStatuses.health(resolution.pools(), (service, port) -> Set.of("203.0.113.1:80"), nodes);
    }

    /** What is in force of an object and the conditions that tell; for virtual services, other ones only if they do not hold. */
    String of(ObjectRef object) {
        List<Problem> problems = resolution.problems(object);
        ObjectKey key = object.key();
        return switch (object.kind()) {
            case VIRTUAL_SERVICE -> virtualService(key, problems);
            case POOL ->
                conditions(PoolStatuses.of(
                                Objects.requireNonNull(inputs.pools().get(key)),
                                problems,
                                Optional.ofNullable(resolution.pools().get(key)),
                                Optional.ofNullable(health.get(key)))
                        .conditions());
            default ->
                conditions(PolicyStatuses.of(
                                Objects.requireNonNull(inputs.policies().get(key)),
                                problems,
                                Optional.ofNullable(
                                                resolution.lastGood().policies().get(key))
                                        .map(Declared::generation))
                        .conditions());
        };
    }

    private String virtualService(ObjectKey key, List<Problem> problems) {
        Optional<Snapshot> snapshot = Optional.ofNullable(snapshots.get(key));
        VirtualServiceStatus status = VirtualServiceStatuses.of(
                Objects.requireNonNull(inputs.virtualServices().get(key)),
                problems,
                Optional.ofNullable(resolution.virtualServices().get(key)),
                snapshot.map(found -> new Standing(
                        Optional.of(new Standing.Named(Optional.of(found), "digest", 1, 1, true)), Optional.empty())),
                nodes,
                health);
        if (snapshot.isEmpty()) {
            return conditions(status.conditions()) + "  serving: nothing\n";
        }
        StringBuilder text = new StringBuilder(conditions(status.conditions()));
        text.append("  serving: generation ")
                .append(snapshot.get().generation())
                .append('\n');
        find(status.conditions(), Conditions.AVAILABLE)
                .filter(condition -> condition.status() != Condition.Status.TRUE)
                .ifPresent(condition -> text.append("  Available: ")
                        .append(text(condition))
                        .append(' ')
                        .append(condition.message())
                        .append('\n'));
        status.listeners()
                .forEach(listener -> listener.conditions().stream()
                        .filter(condition -> condition.status() != Condition.Status.TRUE)
                        .forEach(condition -> text.append("  listener ")
                                .append(listener.name())
                                .append(": ")
                                .append(text(condition))
                                .append('\n')));
        return text.toString();
    }

    private static String conditions(List<Condition> conditions) {
        StringBuilder text = new StringBuilder();
        for (String type : List.of(Conditions.ACCEPTED, Conditions.RESOLVED_REFS)) {
            text.append("  ")
                    .append(type)
                    .append(": ")
                    .append(text(find(conditions, type).orElseThrow()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String text(Condition condition) {
        return switch (condition.status()) {
            case TRUE -> "True";
            case FALSE -> "False (" + condition.reason() + ")";
            case UNKNOWN -> "Unknown (" + condition.reason() + ")";
        };
    }

    private static Optional<Condition> find(List<Condition> conditions, String type) {
        return Conditions.find(conditions, type);
    }
}
