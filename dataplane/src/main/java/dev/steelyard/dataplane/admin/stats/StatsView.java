package dev.steelyard.dataplane.admin.stats;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.steelyard.dataplane.admin.view.Event;
import dev.steelyard.dataplane.admin.view.Served.SocketView;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.metrics.Durations;
import dev.steelyard.dataplane.metrics.RouteCounts;
import dev.steelyard.dataplane.pool.EndpointCounters.Counts;
import dev.steelyard.dataplane.pool.EndpointView;
import dev.steelyard.dataplane.pool.PoolView;
import dev.steelyard.dataplane.pool.PoolView.Problem;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a node does now, as the page shows it and {@code /api/v1/stats} tells it. */
record StatsView(
        NodeStats node,
        List<Rejected> refused,
        List<ServiceStats> virtualServices,
        List<PoolStats> pools,
        List<SocketStats> addresses,
        List<Event> events,
        History.Columns history) {

    /** @param started when the process did */
    record NodeStats(
            String host,
            String version,
            long epoch,
            long revision,
            Instant at,
            Instant started,
            boolean ready,
            String notReady,
            Rates rates,
            long connections) {}

    /**
     * Over the last seconds.
     *
     * @param p50Millis no value where nothing ended
     */
    record Rates(
            double requestsPerSecond,
            double errorsPerSecond,
            @Nullable Double p50Millis,
            @Nullable Double p99Millis) {

        static Rates of(Series<RouteCounts> series) {
            Durations last = series.newest(RouteCounts.NONE)
                    .durations()
                    .since(series.oldest(RouteCounts.NONE).durations());
            return new Rates(
                    Numbers.rounded(series.perSecond(RouteCounts::requests)),
                    Numbers.rounded(series.perSecond(RouteCounts::errors)),
                    Numbers.orNull(last.quantileMillis(0.5)),
                    Numbers.orNull(last.quantileMillis(0.99)));
        }
    }

    /** @param connections of clients, on sockets that it may share with others */
    record ServiceStats(
            ObjectKey virtualService,
            List<String> hosts,
            boolean bound,
            String problem,
            Rates rates,
            long requests,
            long errors,
            long connections) {}

    record PoolStats(
            ObjectKey pool,
            String algorithm,
            int eligible,
            int total,
            Rates rates,
            List<EndpointStats> endpoints,
            List<Problem> problems) {}

    record EndpointStats(
            String address,
            String state,
            boolean eligible,
            String reason,
            Instant since,
            int weight,
            int inFlight,
            double requestsPerSecond,
            double errorsPerSecond,
            long requests,
            long errors) {}

    record SocketStats(
            String address, String transport, boolean bound, String problem, long connections, List<String> serves) {}

    static StatsView of(View view, Traffic traffic, NodeStats node) {
        Map<ObjectKey, List<SocketView>> sockets = Traffic.socketsByService(view);
        return new StatsView(
                node,
                view.report().rejected(),
                view.snapshots().stream()
                        .map(snapshot ->
                                service(snapshot, sockets.getOrDefault(snapshot.virtualService(), List.of()), traffic))
                        .toList(),
                view.pools().stream().map(pool -> pool(pool, traffic)).toList(),
                view.sockets().stream().map(socket -> socket(socket, traffic)).toList(),
                view.events(),
                traffic.history());
    }

    /** @param notReady why; empty if it is ready */
    static NodeStats node(View view, Traffic traffic, String host, Instant started, Instant at, String notReady) {
        NodeReport report = view.report();
        return new NodeStats(
                host,
                report.version(),
                report.epoch(),
                report.appliedRevision(),
                at,
                started,
                notReady.isEmpty(),
                notReady,
                Rates.of(traffic.node()),
                traffic.connections(view.sockets()));
    }

    private static ServiceStats service(Snapshot snapshot, List<SocketView> sockets, Traffic traffic) {
        Series<RouteCounts> series = traffic.service(snapshot.virtualService());
        RouteCounts counts = series.newest(RouteCounts.NONE);
        return new ServiceStats(
                snapshot.virtualService(),
                snapshot.hosts(),
                !sockets.isEmpty() && sockets.stream().allMatch(SocketView::bound),
                sockets.stream()
                        .map(SocketView::problem)
                        .filter(problem -> !problem.isEmpty())
                        .distinct()
                        .collect(Collectors.joining("; ")),
                Rates.of(series),
                counts.requests(),
                counts.errors(),
                traffic.connections(sockets));
    }

    private static PoolStats pool(PoolView pool, Traffic traffic) {
        return new PoolStats(
                pool.pool(),
                words(pool.algorithm()),
                pool.eligible(),
                pool.endpoints().size(),
                Rates.of(traffic.pool(pool.pool())),
                pool.endpoints().stream()
                        .map(endpoint -> endpoint(pool.pool(), endpoint, traffic))
                        .toList(),
                pool.problems());
    }

    private static EndpointStats endpoint(ObjectKey pool, EndpointView endpoint, Traffic traffic) {
        Series<Counts> series = traffic.endpoint(pool, endpoint);
        return new EndpointStats(
                endpoint.address(),
                state(endpoint),
                endpoint.eligible(),
                endpoint.reason(),
                endpoint.since(),
                endpoint.weight(),
                endpoint.inFlight(),
                Numbers.rounded(series.perSecond(Counts::asked)),
                Numbers.rounded(series.perSecond(Counts::errors)),
                endpoint.counts().asked(),
                endpoint.counts().errors());
    }

    /** What an administrator said comes first. */
    private static String state(EndpointView endpoint) {
        return switch (endpoint.admin()) {
            case READY -> words(endpoint.state());
            case DRAIN -> "Drained by administrator";
            case DOWN -> "Set down by administrator";
        };
    }

    private static SocketStats socket(SocketView socket, Traffic traffic) {
        return new SocketStats(
                socket.listener().toString(),
                socket.listener().udp() ? "UDP" : "TCP",
                socket.bound(),
                socket.problem(),
                traffic.connections(List.of(socket)),
                socket.owners().stream()
                        .map(owner -> owner.virtualService() + " " + owner.listener())
                        .toList());
    }

    private static String words(Enum<?> value) {
        String words = Arrays.stream(value.name().split("_"))
                .map(word -> word.toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** Endpoints that take work, of all pools. */
    @JsonIgnore
    long eligible() {
        return pools.stream().mapToLong(PoolStats::eligible).sum();
    }

    /** All endpoints. */
    @JsonIgnore
    long endpoints() {
        return pools.stream().mapToLong(PoolStats::total).sum();
    }
}
