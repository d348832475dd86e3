package dev.steelyard.dataplane.edition;

import dev.steelyard.dataplane.accesslog.AccessLog;
import dev.steelyard.dataplane.filter.RouteAnswer;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.metrics.RouteMeters;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.RequestLimits;
import dev.steelyard.snapshot.Retry;
import dev.steelyard.snapshot.Route.Timeouts;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the requests of one route. Immutable; a long exchange holds this, not its edition.
 *
 * @param virtualService whose route it is
 * @param route its name
 * @param choices pools by weight; empty exactly if there is an answer
 * @param timeouts bounds on an exchange
 * @param log what is written of its requests
 * @param retry when a request is sent again
 * @param limits bounds on the size of requests
 * @param filters what is done on the way
 * @param answer given instead of asking a pool
 * @param meters of requests that no pool gets
 */
public record RouteTarget(
        ObjectKey virtualService,
        String route,
        List<Choice> choices,
        Timeouts timeouts,
        AccessLog log,
        Retry retry,
        RequestLimits limits,
        RouteFilters filters,
        @Nullable RouteAnswer answer,
        RouteMeters meters) {

    public RouteTarget {
        choices = List.copyOf(choices);
    }

    /** A route to pools that does nothing on the way, with the defaults of policies. */
    public RouteTarget(ObjectKey virtualService, String route, List<Choice> choices, Timeouts timeouts, AccessLog log) {
        this(virtualService, route, choices, timeouts, log, Retry.DEFAULT, RequestLimits.NONE);
    }

    /** A route to pools that does nothing on the way. */
    public RouteTarget(
            ObjectKey virtualService,
            String route,
            List<Choice> choices,
            Timeouts timeouts,
            AccessLog log,
            Retry retry,
            RequestLimits limits) {
        this(virtualService, route, choices, timeouts, log, retry, limits, RouteFilters.NONE, null, RouteMeters.NONE);
    }

    /**
     * @param pool where to
     * @param weight 0..1,000,000
     * @param meters of this route with this pool
     */
    public record Choice(LivePool pool, int weight, RouteMeters meters) {}

    /** One of the choices, at random by weight. */
    public Choice choose(RandomGenerator random) {
        if (choices.size() == 1) {
            return choices.getFirst();
        }
        int total = 0;
        for (Choice choice : choices) {
            total += choice.weight();
        }
        int point = random.nextInt(total);
        for (Choice choice : choices) {
            point -= choice.weight();
            if (point < 0) {
                return choice;
            }
        }
        throw new IllegalStateException("weights of " + virtualService + " " + route + " are all zero");
    }
}
