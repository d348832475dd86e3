package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.operator.resolve.ServiceModel;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pools to which one published snapshot sends work. Those that it holds in the place of what could not be resolved count as
 * well: their requests are not served.
 *
 * @param total endpoints of all of them, each pool counted once
 * @param healthy those that take work
 * @param unknown pools of which nodes do not tell enough
 * @param empty why there are pools without endpoints that take work
 */
record ServedPools(int total, int healthy, List<String> unknown, List<String> empty) {

    static ServedPools of(
            Optional<Snapshot> published, Optional<ServiceModel> model, Map<ObjectKey, PoolHealth> pools) {
        int total = 0;
        int healthy = 0;
        List<String> unknown = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        for (ObjectKey key : published.map(ServedPools::used).orElse(List.of())) {
            if (key.name().startsWith("!")) {
                empty.add(unresolved(key.name().substring(1), model));
                continue;
            }
            PoolHealth health = pools.get(key);
            if (health == null) {
                empty.add("pool " + key.name() + " is not in force");
                continue;
            }
            total += health.total();
            healthy += health.healthy();
            if (!health.known() && (health.total() == 0 || health.healthy() > 0)) {
                unknown.add(key.name());
            } else if (health.healthy() == 0) {
                empty.add(
                        health.total() == 0
                                ? "pool " + key.name() + " has no endpoints"
                                : "none of the " + health.total() + " endpoints of pool " + key.name() + " is healthy");
            }
        }
        return new ServedPools(total, healthy, unknown, empty);
    }

    private static List<ObjectKey> used(Snapshot snapshot) {
        return Stream.concat(
                        snapshot.routes().stream()
                                .flatMap(route -> route.pools().stream())
                                .filter(pool -> pool.weight() > 0)
                                .map(Route.WeightedPool::pool),
                        snapshot.listeners().stream().map(Listener::pool).flatMap(Optional::stream))
                .distinct()
                .sorted()
                .toList();
    }

    /** What a snapshot holds a placeholder for: the name of a policy or of a pool. */
    private static String unresolved(String name, Optional<ServiceModel> model) {
        if (model.isPresent()) {
            VirtualServiceSpec spec = model.get().declared().spec();
            boolean policy = Stream.concat(
                            spec.policies().stream(),
                            spec.routes().stream().flatMap(route -> route.policies().stream()))
                    .anyMatch(name::equals);
            if (policy && !model.get().policies().containsKey(name)) {
                return "policy " + name + " is not in force";
            }
            PoolModel pool = model.get().pools().get(name);
            if (pool != null) {
                return "pool " + name
                        + (pool.complete() ? " speaks another protocol" : " has no usable Secret for its TLS settings");
            }
        }
        return "pool " + name + " is not in force";
    }
}
