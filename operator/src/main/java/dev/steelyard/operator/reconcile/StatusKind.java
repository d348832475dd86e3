package dev.steelyard.operator.reconcile;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.operator.event.Gist;
import dev.steelyard.operator.status.Conditions;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What differs between the kinds when it comes to statuses.
 *
 * @param fresh an object without anything
 * @param none the status of an object that has none
 * @param conditions those of a status
 * @param gist what decides on Events
 * @param settle turns a desired status into the one to store, given the one that is stored
 */
record StatusKind<P extends CustomResource<C, S>, C, S>(
        Supplier<P> fresh, S none, Function<S, List<Condition>> conditions, Function<S, Gist> gist, Settle<S> settle) {

    /** Adds what only the stored status knows: since when conditions hold. */
    @FunctionalInterface
    interface Settle<S> {
        S apply(S desired, S present, Instant now);
    }

    static final StatusKind<VirtualService, VirtualServiceSpec, VirtualServiceStatus> VIRTUAL_SERVICE =
            new StatusKind<>(
                    VirtualService::new,
                    VirtualServiceStatus.EMPTY,
                    VirtualServiceStatus::conditions,
                    StatusKind::gist,
                    StatusKind::settle);

    static final StatusKind<Pool, PoolSpec, PoolStatus> POOL = new StatusKind<>(
            Pool::new,
            PoolStatus.EMPTY,
            PoolStatus::conditions,
            status -> Gist.of(status.conditions()),
            (desired, present, now) -> new PoolStatus(
                    desired.observedGeneration(),
                    desired.endpoints(),
                    desired.unhealthy(),
                    Conditions.settle(desired.conditions(), present.conditions(), now)));

    static final StatusKind<Policy, PolicySpec, PolicyStatus> POLICY = new StatusKind<>(
            Policy::new,
            PolicyStatus.EMPTY,
            PolicyStatus::conditions,
            status -> Gist.of(status.conditions()),
            (desired, present, now) -> new PolicyStatus(
                    desired.observedGeneration(), Conditions.settle(desired.conditions(), present.conditions(), now)));

    private static Gist gist(VirtualServiceStatus status) {
        VirtualServiceStatus.Nodes nodes = status.nodes();
        return new Gist(
                status.conditions(),
                Optional.ofNullable(status.programmedGeneration()),
                nodes == null
                        ? Set.of()
                        : nodes.failing().stream()
                                .map(failing -> failing.node() + ": " + failing.reason())
                                .collect(Collectors.toSet()));
    }

    /** The generation that was programmed stays until all nodes have a newer one. */
    private static VirtualServiceStatus settle(
            VirtualServiceStatus desired, VirtualServiceStatus present, Instant now) {
        return new VirtualServiceStatus(
                desired.summary(),
                desired.observedGeneration(),
                desired.programmedGeneration() == null
                        ? present.programmedGeneration()
                        : desired.programmedGeneration(),
                desired.addresses(),
                desired.listeners().stream()
                        .map(listener -> new VirtualServiceStatus.ListenerStatus(
                                listener.name(),
                                listener.boundNodes(),
                                Conditions.settle(
                                        listener.conditions(),
                                        present.listeners().stream()
                                                .filter(old -> old.name().equals(listener.name()))
                                                .findFirst()
                                                .map(VirtualServiceStatus.ListenerStatus::conditions)
                                                .orElse(List.of()),
                                        now)))
                        .toList(),
                desired.nodes(),
                desired.endpoints(),
                Conditions.settle(desired.conditions(), present.conditions(), now));
    }
}
