package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.resolve.Declared;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.snapshot.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The status of a pool. */
public final class PoolStatuses {

    private static final int MAX_IN_MESSAGE = 3;

    private PoolStatuses() {}

    /** The health of all pools in force. */
    public static Map<ObjectKey, PoolHealth> health(
            Map<ObjectKey, PoolModel> pools, ServiceEndpoints services, NodeReports nodes) {
        Map<ObjectKey, PoolHealth> health = new HashMap<>();
        pools.forEach((key, pool) -> health.put(key, PoolHealth.of(pool, services, nodes)));
        return health;
    }

    /**
     * @param declared its present spec
     * @param problems its own
     * @param model what is in force, if anything is
     * @param health if anything is in force
     * @return with conditions whose transition times do not count
     */
    public static PoolStatus of(
            Declared<PoolSpec> declared,
            List<Problem> problems,
            Optional<PoolModel> model,
            Optional<PoolHealth> health) {
        long generation = declared.generation();
        Optional<Long> inForce = model.map(PoolModel::declared).map(Declared::generation);
        return new PoolStatus(
                generation,
                health.map(found -> new PoolStatus.Endpoints(found.total(), found.healthy(), found.draining()))
                        .orElse(null),
                health.map(PoolHealth::unhealthy).orElse(List.of()),
                List.of(
                        Conditions.accepted(problems, generation, inForce),
                        Conditions.resolvedRefs(problems, generation, inForce),
                        available(generation, model, health)));
    }

    private static Condition available(long generation, Optional<PoolModel> model, Optional<PoolHealth> health) {
        if (model.isEmpty() || health.isEmpty()) {
            return no("NotAccepted", "no spec is in force", generation);
        }
        if (!model.get().complete()) {
            return no("TlsNotResolved", "a Secret of its TLS settings has never been usable", generation);
        }
        PoolHealth found = health.get();
        if (!found.known() && (found.total() == 0 || found.healthy() > 0)) {
            return Conditions.unknown(
                    Conditions.AVAILABLE,
                    Conditions.NOT_REPORTED,
                    "nodes see more endpoints than they can report on",
                    generation);
        }
        int needed = model.get().declared().spec().minHealthy();
        if (found.total() == 0) {
            return no("NoEndpoints", "the pool has no endpoints: requests to it are answered 503", generation);
        }
        String counted = found.healthy() + " of " + found.total() + " endpoints are healthy";
        if (found.healthy() < needed) {
            String worst = found.unhealthy().stream()
                    .limit(MAX_IN_MESSAGE)
                    .map(endpoint -> endpoint.address() + ": " + endpoint.reason())
                    .collect(Collectors.joining("; "));
            return no(
                    found.healthy() == 0 ? "NoHealthyEndpoints" : "TooFewHealthy",
                    counted + (needed > 1 ? ", " + needed + " are needed" : "") + (worst.isEmpty() ? "" : "; " + worst),
                    generation);
        }
        return Conditions.of(Conditions.AVAILABLE, true, Conditions.AVAILABLE, counted, generation);
    }

    private static Condition no(String reason, String message, long generation) {
        return Conditions.of(Conditions.AVAILABLE, false, reason, message, generation);
    }
}
