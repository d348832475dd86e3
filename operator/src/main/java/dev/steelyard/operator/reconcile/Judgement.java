package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.publish.Published;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.Inputs.NodeFacts;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.operator.status.NodeLiveness;
import dev.steelyard.operator.status.NodeReports;
import dev.steelyard.operator.status.NodeState;
import dev.steelyard.operator.status.PolicyStatuses;
import dev.steelyard.operator.status.PoolHealth;
import dev.steelyard.operator.status.PoolStatuses;
import dev.steelyard.operator.status.Standing;
import dev.steelyard.operator.status.VirtualServiceStatuses;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps the desired statuses in step with what is in force and what the nodes report. For the pipeline's thread. */
final class Judgement {

    private final Kinds kinds;
    private final Watches watches;
    private final Clock clock;
    private final NodeLiveness liveness = new NodeLiveness();

    private Declarations<VirtualServiceSpec> virtualServices = Declarations.none();
    private Declarations<PoolSpec> pools = Declarations.none();
    private Declarations<PolicySpec> policies = Declarations.none();
    private Optional<Resolution> resolution = Optional.empty();
    private Map<ObjectRef, List<Problem>> problems = Map.of();
    private SortedMap<ObjectKey, Standing> standings = Collections.emptySortedMap();

    Judgement(Kinds kinds, Watches watches, Clock clock) {
        this.kinds = kinds;
        this.watches = watches;
        this.clock = clock;
    }

    /** Takes in what has just been published. */
    void update(
            Declarations<VirtualServiceSpec> declaredServices,
            Declarations<PoolSpec> declaredPools,
            Declarations<PolicySpec> declaredPolicies,
            Resolution resolved,
            List<Problem> faults,
            Published published) {
        virtualServices = declaredServices;
        pools = declaredPools;
        policies = declaredPolicies;
        resolution = Optional.of(resolved);
        problems = Stream.concat(faults.stream(), resolved.problems().stream())
                .collect(Collectors.groupingBy(Problem::object));
        standings = Standings.of(published);
    }

    /** Posts the statuses that follow, and wakes the reconcilers of objects whose status changed. */
    void judge() {
        if (resolution.isEmpty()) {
            return;
        }
        Resolution resolved = resolution.get();
        NodeReports nodes = new NodeReports(nodes(clock.instant()));
        Map<ObjectKey, PoolHealth> health = PoolStatuses.health(
                resolved.pools(), new EndpointBook(watches.slices.facts().values()), nodes);

        Map<ObjectKey, Board.Desired<VirtualServiceStatus>> services = desired(
                virtualServices,
                ObjectRef::virtualService,
                (declared, found) -> VirtualServiceStatuses.of(
                        declared,
                        found,
                        Optional.ofNullable(resolved.virtualServices().get(declared.key())),
                        Optional.ofNullable(standings.get(declared.key())),
                        nodes,
                        health));
        Map<ObjectKey, Board.Desired<PoolStatus>> poolStatuses = desired(
                pools,
                ObjectRef::pool,
                (declared, found) -> PoolStatuses.of(
                        declared,
                        found,
                        Optional.ofNullable(resolved.pools().get(declared.key())),
                        Optional.ofNullable(health.get(declared.key()))));
        Map<ObjectKey, Board.Desired<PolicyStatus>> policyStatuses = desired(
                policies,
                ObjectRef::policy,
                (declared, found) -> PolicyStatuses.of(
                        declared,
                        found,
                        Optional.ofNullable(resolved.lastGood().policies().get(declared.key()))
                                .map(Declared::generation)));
        kinds.virtualServices.reconcile(kinds.virtualServiceBoard.post(services));
        kinds.pools.reconcile(kinds.poolBoard.post(poolStatuses));
        kinds.policies.reconcile(kinds.policyBoard.post(policyStatuses));
    }

    private <S, T> Map<ObjectKey, Board.Desired<T>> desired(
            Declarations<S> declarations,
            Function<ObjectKey, ObjectRef> ref,
            BiFunction<Declared<S>, List<Problem>, T> status) {
        Map<ObjectKey, Board.Desired<T>> all = new HashMap<>();
        declarations
                .states()
                .forEach((key, declared) -> all.put(
                        key,
                        new Board.Desired<>(
                                declarations.uid(key),
                                status.apply(declared, problems.getOrDefault(ref.apply(key), List.of())))));
        return all;
    }

    private List<NodeState> nodes(Instant now) {
        Map<String, LeaseFacts> leases = new HashMap<>();
        watches.leases.facts().forEach((key, lease) -> {
            String name = key.substring(key.indexOf('/') + 1);
            if (name.startsWith(LeaseFacts.PREFIX) && !lease.holder().isEmpty()) {
                leases.put(name.substring(LeaseFacts.PREFIX.length()), lease);
            }
        });
        leases.forEach((node, lease) -> liveness.renewed(node, lease.renewed(), lease.duration(), now));
        liveness.retain(leases.keySet());
        List<NodeState> nodes = new ArrayList<>();
        for (Map.Entry<String, DataplaneNodeStatus> report :
                watches.reports.facts().entrySet()) {
            NodeFacts facts = watches.nodes.facts().get(report.getKey());
            nodes.add(new NodeState(
                    report.getKey(),
                    liveness.live(report.getKey(), now),
                    facts == null
                            ? List.of()
                            : facts.addresses().stream()
                                    .map(IpAddress::toString)
                                    .toList(),
                    Optional.of(report.getValue())));
        }
        return nodes;
    }
}
