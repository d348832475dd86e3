package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.edition.ListenerPlan;
import dev.steelyard.dataplane.edition.RouteTable;
import dev.steelyard.dataplane.edition.RouteTarget;
import dev.steelyard.dataplane.filter.RouteFilters;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a request goes by a listener's plan, or why nowhere. */
sealed interface Routing {

    /** To this route. */
    record To(RouteTarget target) implements Routing {}

    /** It is answered as this flag says, with these filters. */
    record Flagged(ResponseFlag flag, RouteFilters filters) implements Routing {}

    /** The strict and the most liberal reading of its path have different routes (decision 0010). */
    record Ambiguous(RouteFilters filters) implements Routing {}

    /**
     * Decides. Whatever the reading of the path, the same conditions hold.
     *
     * @param request what conditions look at
     * @param serverName as asked for in the connection's TLS handshake; empty if none
     */
    static Routing of(RequestHead head, RoutedRequest request, ListenerPlan.Http plan, String serverName) {
        if (plan.tls() != null && !plan.tls().covers(serverName, head.host())) {
            return new Flagged(ResponseFlag.MISDIRECTED, RouteFilters.NONE);
        }
        RouteTable routes = plan.hosts().find(head.host());
        @Nullable
        RouteTarget target =
                routes == null ? null : routes.find(request, head.target().path());
        String loose = head.target().loosePath();
        if (routes != null && loose != null && !Objects.equals(target, routes.find(request, loose))) {
            return new Ambiguous(routes.unmatched());
        }
        if (target == null) {
            return new Flagged(ResponseFlag.NO_ROUTE, routes == null ? RouteFilters.NONE : routes.unmatched());
        }
        return new To(target);
    }
}
