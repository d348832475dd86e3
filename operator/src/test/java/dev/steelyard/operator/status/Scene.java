package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.operator.compile.Compiler;
import dev.steelyard.operator.inputs.InputsBuilder;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.resolve.Resolver;
import dev.steelyard.operator.resolve.Settings;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Objects in namespace {@code default}, what nodes report, and the statuses that follow. */
final class Scene {

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final Inputs inputs;
    private final Resolution resolution;
    private final List<NodeState> nodes = new ArrayList<>();
    private final List<Problem> faults = new ArrayList<>();
    private Map<String, Set<String>> endpoints = Map.of();

    private Scene(Inputs inputs, Resolution resolution) {
        this.inputs = inputs;
        this.resolution = resolution;
    }

    /** What {@code yaml} declares, when {@code before} was in force. */
    static Scene of(Optional<Scene> before, String yaml) {
        InputsBuilder builder = new InputsBuilder();
        for (String document : yaml.split("---\n", -1)) {
            builder.add(object(document));
        }
        LastGood lastGood = before.map(scene -> scene.resolution.lastGood()).orElse(LastGood.NONE);
        Inputs inputs = builder.build(lastGood, Settings.cluster(), Instant.parse("2026-01-01T00:00:00Z"));
        return new Scene(inputs, new Resolver().resolve(inputs));
    }

    private static HasMetadata object(String document) {
        for (Class<? extends HasMetadata> kind :
                List.of(VirtualService.class, Pool.class, Policy.class, Service.class)) {
            if (document.contains("kind: " + kind.getSimpleName() + "\n")) {
                return YAML.unmarshal(document, kind);
            }
        }
        throw new IllegalArgumentException(document);
    }

    /** Adds a live node that has applied {@code revision} and reports nothing else. */
    Scene node(String name, long revision) {
        return node(name, true, report(revision, List.of(), List.of(), List.of()));
    }

    Scene node(String name, boolean live, DataplaneNodeStatus report) {
        nodes.add(new NodeState(name, live, List.of("192.0.2." + (nodes.size() + 1)), Optional.of(report)));
        return this;
    }

    /** Adds that a virtual service cannot be compiled. */
    Scene fault(String name) {
        faults.add(new Problem(
                ObjectRef.virtualService(new ObjectKey("default", name)),
                Problem.Effect.REFUSED,
                "spec",
                Reason.INTERNAL,
                "a fault"));
        return this;
    }

    /** The ready endpoints of the unnamed port of each Service. */
    Scene endpoints(Map<String, Set<String>> byService) {
        endpoints = byService;
        return this;
    }

    static DataplaneNodeStatus report(
            long revision,
            List<DataplaneNodeStatus.Rejected> rejected,
            List<DataplaneNodeStatus.ListenerFailure> unbound,
            List<DataplaneNodeStatus.EndpointDown> down) {
        return new DataplaneNodeStatus(
                "1", 1, 1, revision, rejected, unbound, down, List.of(), List.of(), null, null, List.of());
    }

    /** The same with totals, and counts of pools. */
    static DataplaneNodeStatus cut(
            DataplaneNodeStatus report, List<DataplaneNodeStatus.DownCount> counts, DataplaneNodeStatus.Totals totals) {
        return new DataplaneNodeStatus(
                report.version(),
                report.formatVersion(),
                report.epoch(),
                report.appliedRevision(),
                report.rejected(),
                report.listenerFailures(),
                report.down(),
                report.resolved(),
                counts,
                totals,
                null,
                List.of());
    }

    /** How the snapshot of what is in force stands, with digest {@code digest}. */
    Optional<Standing> published(String name, long revision, long since) {
        return published(name, revision, since, true);
    }

    Optional<Standing> published(String name, long revision, long since, boolean exact) {
        return Optional.of(new Standing(
                Optional.of(new Standing.Named(
                        Optional.ofNullable(new Compiler().compile(resolution).get(new ObjectKey("default", name))),
                        "digest",
                        revision,
                        since,
                        exact)),
                Optional.empty()));
    }

    VirtualServiceStatus virtualService(String name, Optional<Standing> standing) {
        ObjectKey key = new ObjectKey("default", name);
        Declared<VirtualServiceSpec> declared =
                Objects.requireNonNull(inputs.virtualServices().get(key));
        NodeReports reports = new NodeReports(nodes);
        return VirtualServiceStatuses.of(
                declared,
                Stream.concat(faults.stream(), resolution.problems(ObjectRef.virtualService(key)).stream())
                        .toList(),
                Optional.ofNullable(resolution.virtualServices().get(key)),
                standing,
                reports,
                PoolStatuses.health(resolution.pools(), this::ready, reports));
    }

    PoolStatus pool(String name) {
        ObjectKey key = new ObjectKey("default", name);
        Declared<PoolSpec> declared = Objects.requireNonNull(inputs.pools().get(key));
        return PoolStatuses.of(
                declared,
                resolution.problems(ObjectRef.pool(key)),
                Optional.ofNullable(resolution.pools().get(key)),
                Optional.ofNullable(PoolStatuses.health(resolution.pools(), this::ready, new NodeReports(nodes))
                        .get(key)));
    }

    /** {@code STATUS/Reason: message} of a condition. */
    static String text(List<Condition> conditions, String type) {
        Condition condition = Conditions.find(conditions, type).orElseThrow();
        return condition.status() + "/" + condition.reason() + ": " + condition.message();
    }

    private Set<String> ready(ObjectKey service, String port) {
        return endpoints.getOrDefault(service.name(), Set.of());
    }
}
