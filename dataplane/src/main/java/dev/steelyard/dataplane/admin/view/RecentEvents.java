package dev.steelyard.dataplane.admin.view;

import dev.steelyard.dataplane.admin.view.Event.Kind;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The last things that happened on this node, found by comparing what it says of itself with what it said before. Control thread only. */
public final class RecentEvents {

    /** How many are kept. */
    public static final int MAX = 100;

    private final Deque<Event> events = new ArrayDeque<>();
    private Map<String, String> rejected = Map.of();
    private Map<String, String> failures = Map.of();
    private Map<String, String> down = Map.of();
    private long revision;

    /** @param endpointsDown all of them, where the report names some */
    public void take(NodeReport report, List<EndpointDown> endpointsDown, Instant now) {
        if (report.appliedRevision() != revision) {
            revision = report.appliedRevision();
            add(new Event(now, Kind.APPLIED, "revision " + revision, "is in force"));
        }
        Map<String, String> nextRejected =
                byName(report.rejected(), each -> each.virtualService().toString(), Rejected::reason);
        compare(rejected, nextRejected, now, Kind.REFUSED, Kind.ACCEPTED, "is refused no more");
        rejected = nextRejected;
        Map<String, String> nextFailures = byName(
                report.listenerFailures(),
                each -> each.virtualService() + " listener " + each.listener() + (each.http3() ? " (HTTP/3)" : ""),
                ListenerFailure::reason);
        compare(failures, nextFailures, now, Kind.LISTENER_FAILED, Kind.LISTENER_BOUND, "is bound, or gone");
        failures = nextFailures;
        Map<String, String> nextDown =
                byName(endpointsDown, each -> each.pool() + " " + each.address(), EndpointDown::reason);
        compare(down, nextDown, now, Kind.DOWN, Kind.UP, "is down no more");
        down = nextDown;
    }

    private static <T> Map<String, String> byName(
            Collection<T> items, Function<T, String> name, Function<T, String> reason) {
        Map<String, String> all = new LinkedHashMap<>();
        items.forEach(item -> all.put(name.apply(item), reason.apply(item)));
        return all;
    }

    private void compare(
            Map<String, String> before, Map<String, String> after, Instant now, Kind begins, Kind ends, String over) {
        after.forEach((name, reason) -> {
            if (!before.containsKey(name)) {
                add(new Event(now, begins, name, reason));
            }
        });
        before.keySet().forEach(name -> {
            if (!after.containsKey(name)) {
                add(new Event(now, ends, name, over));
            }
        });
    }

    private void add(Event event) {
        if (events.size() == MAX) {
            events.removeLast();
        }
        events.addFirst(event);
    }

    /** The latest first. */
    public List<Event> latest() {
        return new ArrayList<>(events);
    }
}
