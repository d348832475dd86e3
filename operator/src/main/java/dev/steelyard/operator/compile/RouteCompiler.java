package dev.steelyard.operator.compile;

import dev.steelyard.crds.v1alpha1.PoolSpec.PoolProtocol;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec.Protocol;
import dev.steelyard.crds.v1alpha1.service.RouteMatchSpec;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.operator.validate.VirtualServiceRules;
import dev.steelyard.snapshot.Answer;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Route.WeightedPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts routes into the order in which they are tried: see {@link Precedence}. A route with several matches becomes several entries of one
 * name, and the default pool the last one.
 */
final class RouteCompiler {

    private static final RouteMatchSpec EVERY_REQUEST =
            new RouteMatchSpec(null, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    private final ServiceModel model;
    private final VirtualServiceSpec spec;
    private final UsedPools pools;
    private final RouteFilters filters;

    RouteCompiler(ServiceModel model, UsedPools pools) {
        this.model = model;
        this.spec = model.declared().spec();
        this.pools = pools;
        this.filters = new RouteFilters(model, pools);
    }

    List<Route> compile() {
        if (spec.listeners().stream()
                .noneMatch(listener -> listener.protocol() == Protocol.HTTP || listener.protocol() == Protocol.HTTPS)) {
            return List.of();
        }
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < spec.routes().size(); i++) {
            routes.addAll(entries(spec.routes().get(i), i));
        }
        routes.sort(Precedence.ORDER);
        if (spec.pool() != null) {
            routes.add(entry(
                    VirtualServiceRules.DEFAULT_ROUTE,
                    EVERY_REQUEST,
                    List.of(),
                    List.of(new Target(spec.pool(), 1)),
                    Optional.empty()));
        }
        return routes;
    }

    private record Target(String pool, int weight) {}

    private List<Route> entries(RouteSpec route, int index) {
        String name = VirtualServiceRules.routeName(route, index);
        List<Target> targets = route.pools().stream()
                .map(pool -> new Target(pool.name(), pool.weight()))
                .toList();
        Optional<Answer> answer = RouteAnswers.of(route);
        List<RouteMatchSpec> matches = route.match().isEmpty() ? List.of(EVERY_REQUEST) : route.match();
        return matches.stream()
                .map(match -> entry(name, match, route.policies(), targets, answer))
                .toList();
    }

    private Route entry(
            String name,
            RouteMatchSpec match,
            List<String> routePolicies,
            List<Target> targets,
            Optional<Answer> answer) {
        Policies policies = Policies.of(model, routePolicies);
        boolean served = policies.missing().isEmpty();
        Stream<WeightedPool> used = served
                ? targets.stream()
                        .map(target -> new WeightedPool(pools.use(target.pool, PoolProtocol.HTTP1), target.weight))
                : Stream.of(new WeightedPool(pools.unresolved(policies.missing().get(), PoolProtocol.HTTP1), 1));
        return new Route(
                name,
                RoutePaths.of(match.path()),
                match.methods().stream().distinct().toList(),
                used.toList(),
                policies.timeouts(),
                policies.accessLog(),
                policies.retry(),
                policies.limits(),
                RouteConditions.of(match),
                served ? answer : Optional.empty(),
                filters.of(policies));
    }
}
