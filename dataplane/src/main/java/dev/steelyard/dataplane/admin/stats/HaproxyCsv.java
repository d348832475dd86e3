package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.admin.stats.CsvTable.Row;
import dev.steelyard.dataplane.admin.view.Served.SocketView;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.metrics.Durations;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.metrics.RouteCounts;
import dev.steelyard.dataplane.pool.EndpointCounters.Counts;
import dev.steelyard.dataplane.pool.EndpointView;
import dev.steelyard.dataplane.pool.PoolView;
import dev.steelyard.snapshot.HealthCheck;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * The statistics of a node in HAProxy's CSV (HAProxy's management guide, section 9.1), for whatever reads that: a virtual service is a
 * frontend, a pool a backend, an endpoint a server.
 */
final class HaproxyCsv {

    private static final int FRONTEND = 0;
    private static final int BACKEND = 1;
    private static final int SERVER = 2;

    private final Traffic traffic;
    private final Instant now;
    private final CsvTable table = new CsvTable();
    private int proxies = 1;

    private HaproxyCsv(Traffic traffic, Instant now) {
        this.traffic = traffic;
        this.now = now;
    }

    static String render(View view, Traffic traffic, Instant now) {
        HaproxyCsv csv = new HaproxyCsv(traffic, now);
        Map<ObjectKey, List<SocketView>> sockets = Traffic.socketsByService(view);
        view.snapshots()
                .forEach(
                        snapshot -> csv.frontend(snapshot, sockets.getOrDefault(snapshot.virtualService(), List.of())));
        view.pools().forEach(csv::pool);
        return csv.table.toString();
    }

    private void frontend(Snapshot snapshot, List<SocketView> sockets) {
        boolean open = !sockets.isEmpty() && sockets.stream().allMatch(SocketView::bound);
        boolean http = snapshot.listeners().stream().map(Listener::protocol).anyMatch(HaproxyCsv::isHttp);
        Series<RouteCounts> series = traffic.service(snapshot.virtualService());
        Series<Long> accepted = traffic.accepted(snapshot.virtualService());
        RouteCounts counts = series.newest(RouteCounts.NONE);
        long connections = accepted.newest(0L);
        Row row = row(snapshot.virtualService().toString(), "FRONTEND", FRONTEND, ++proxies, 0, http)
                .set("scur", traffic.connections(sockets))
                .set("smax", accepted.mostAtOnce())
                .set("stot", connections)
                .set("bin", counts.received())
                .set("bout", counts.sent())
                .set("dreq", counts.flagged(ResponseFlag.ACCESS_DENIED))
                .set("dresp", 0)
                .set(
                        "ereq",
                        counts.flagged(
                                ResponseFlag.BAD_REQUEST, ResponseFlag.CLIENT_TIMEOUT, ResponseFlag.LENGTH_REQUIRED))
                .set("status", open ? "OPEN" : "STOP")
                .set("rate", Math.round(accepted.lastPerSecond()))
                .set("rate_lim", 0)
                .set("rate_max", Math.round(accepted.mostPerSecond()))
                .set("conn_rate", Math.round(accepted.lastPerSecond()))
                .set("conn_rate_max", Math.round(accepted.mostPerSecond()))
                .set("conn_tot", connections)
                .set("req_rate", Math.round(series.lastPerSecond()))
                .set("req_rate_max", Math.round(series.mostPerSecond()))
                .set("req_tot", counts.requests());
        int most = limit(snapshot.listeners());
        if (most > 0) {
            row.set("slim", most);
        }
        if (http) {
            responses(row, counts.byCodeClass());
        }
        table.add(row);
    }

    private static boolean isHttp(Protocol protocol) {
        return protocol == Protocol.HTTP || protocol == Protocol.HTTPS;
    }

    /** Client connections that all listeners together take; 0: no limit. */
    private static int limit(List<Listener> listeners) {
        List<Integer> limits = listeners.stream()
                .map(Listener::limits)
                .map(ListenerLimits::maxConnections)
                .toList();
        return limits.contains(0)
                ? 0
                : limits.stream().mapToInt(Integer::intValue).sum();
    }

    private void pool(PoolView pool) {
        int number = ++proxies;
        boolean http = pool.protocol() != PoolProtocol.TCP && pool.protocol() != PoolProtocol.UDP;
        Set<String> named = new HashSet<>();
        int server = 0;
        for (EndpointView endpoint : pool.endpoints()) {
            // One that drains may have a successor at the same address.
            if (named.add(endpoint.address())) {
                table.add(server(pool, endpoint, number, ++server, http));
            }
        }
        table.add(backend(pool, number, http));
    }

    private Row server(PoolView pool, EndpointView endpoint, int proxy, int number, boolean http) {
        Series<Counts> series = traffic.endpoint(pool.pool(), endpoint);
        Counts counts = endpoint.counts();
        Row row = row(pool.pool().toString(), endpoint.address(), SERVER, proxy, number, http)
                .set("qcur", 0)
                .set("qmax", 0)
                .set("scur", endpoint.inFlight())
                .set("smax", Math.max(series.mostAtOnce(), endpoint.inFlight()))
                .set("stot", counts.asked())
                .set("bin", counts.received())
                .set("bout", counts.sent())
                .set("dresp", 0)
                .set("econ", counts.connectFailures())
                .set("eresp", counts.responseFailures())
                .set("wretr", counts.movedOn())
                .set("wredis", counts.movedOn())
                .set("status", HaproxyStatus.of(endpoint))
                .set("weight", endpoint.weight())
                .set("uweight", endpoint.weight())
                .set("act", 1)
                .set("bck", 0)
                .set("lastchg", seconds(Duration.between(endpoint.since(), now)))
                .set("lbtot", counts.asked())
                .set("rate", Math.round(series.lastPerSecond()))
                .set("rate_max", Math.round(series.mostPerSecond()))
                .set("connect", counts.connects())
                .set("qtime", 0)
                .set("ctime", mean(series, counts, Counts::connectNanos, Counts::connects))
                .set("rtime", mean(series, counts, Counts::responseNanos, Counts::answered))
                .set("ttime", mean(series, counts, Counts::totalNanos, Counts::answered));
        if (http) {
            responses(row, counts.byCodeClass());
            row.set("req_tot", counts.asked());
        }
        pool.check().ifPresent(check -> checks(row, endpoint, check));
        return row;
    }

    private static void checks(Row row, EndpointView endpoint, HealthCheck.Probe check) {
        row.set("chkfail", endpoint.checks().failures())
                .set("chkdown", endpoint.checks().downs())
                .set("downtime", seconds(endpoint.checks().down()))
                .set("check_status", HaproxyStatus.ofCheck(endpoint, check))
                .set("last_chk", endpoint.reason());
    }

    private Row backend(PoolView pool, int proxy, boolean http) {
        Series<RouteCounts> series = traffic.pool(pool.pool());
        RouteCounts counts = series.newest(RouteCounts.NONE);
        Series<Durations> connects = traffic.connects(pool.pool());
        List<EndpointView> taking =
                pool.endpoints().stream().filter(EndpointView::eligible).toList();
        long down = pool.endpoints().stream()
                .mapToLong(endpoint -> endpoint.checks().downs())
                .sum();
        Row row = row(pool.pool().toString(), "BACKEND", BACKEND, proxy, 0, http)
                .set("qcur", 0)
                .set("qmax", 0)
                .set("scur", Traffic.inFlight(pool))
                .set("smax", Math.max(series.mostAtOnce(), Traffic.inFlight(pool)))
                .set("stot", counts.requests())
                .set("bin", counts.received())
                .set("bout", counts.sent())
                .set("dreq", 0)
                .set("dresp", 0)
                .set("econ", counts.flagged(ResponseFlag.CONNECT_FAILED, ResponseFlag.UPSTREAM_TLS_FAILED))
                .set(
                        "eresp",
                        counts.flagged(
                                ResponseFlag.UPSTREAM_RESET,
                                ResponseFlag.UPSTREAM_PROTOCOL_ERROR,
                                ResponseFlag.REQUEST_TIMEOUT,
                                ResponseFlag.PER_TRY_TIMEOUT))
                .set("wretr", counts.retries())
                .set("wredis", counts.retries())
                .set("status", taking.isEmpty() ? "DOWN" : "UP")
                .set("weight", taking.stream().mapToLong(EndpointView::weight).sum())
                .set("act", taking.size())
                .set("bck", 0)
                .set("chkdown", down)
                .set("lbtot", counts.requests() + counts.retries())
                .set("rate", Math.round(series.lastPerSecond()))
                .set("rate_max", Math.round(series.mostPerSecond()))
                .set("cli_abrt", counts.flagged(ResponseFlag.CLIENT_ABORT))
                .set("srv_abrt", counts.flagged(ResponseFlag.UPSTREAM_RESET))
                .set("qtime", 0)
                .set("ctime", millis(connects.newest(Durations.NONE), connects.oldest(Durations.NONE)))
                .set("rtime", responseMillis(pool))
                .set(
                        "ttime",
                        millis(
                                counts.durations(),
                                series.oldest(RouteCounts.NONE).durations()));
        pool.endpoints().stream()
                .map(EndpointView::since)
                .max(Instant::compareTo)
                .ifPresent(last -> row.set("lastchg", seconds(Duration.between(last, now))));
        if (http) {
            responses(row, counts.byCodeClass());
            row.set("req_tot", counts.requests());
        }
        return row;
    }

    /** The mean over its endpoints' answers. */
    private long responseMillis(PoolView pool) {
        long nanos = 0;
        long answers = 0;
        for (EndpointView endpoint : pool.endpoints()) {
            Counts counts = endpoint.counts();
            Counts before = since(traffic.endpoint(pool.pool(), endpoint), counts, Counts::answered);
            nanos += counts.responseNanos() - before.responseNanos();
            answers += counts.answered() - before.answered();
        }
        return answers == 0 ? 0 : Math.round(nanos / 1e6 / answers);
    }

    private static long mean(
            Series<Counts> series, Counts counts, ToLongFunction<Counts> nanos, ToLongFunction<Counts> of) {
        Counts before = since(series, counts, of);
        long number = of.applyAsLong(counts) - of.applyAsLong(before);
        return number == 0 ? 0 : Math.round((nanos.applyAsLong(counts) - nanos.applyAsLong(before)) / 1e6 / number);
    }

    /** From when on means are taken: some seconds ago, or where nothing has happened since, the beginning. */
    private static Counts since(Series<Counts> series, Counts counts, ToLongFunction<Counts> number) {
        Counts oldest = series.oldest(Counts.NONE);
        return number.applyAsLong(oldest) == number.applyAsLong(counts) ? Counts.NONE : oldest;
    }

    private static long millis(Durations now, Durations before) {
        Durations last = now.since(before);
        return Math.round((last.count() == 0 ? now : last).meanMillis().orElse(0));
    }

    private static long seconds(Duration duration) {
        return Math.max(0, duration.toSeconds());
    }

    private static void responses(Row row, long[] byCodeClass) {
        for (int i = 1; i < byCodeClass.length; i++) {
            row.set("hrsp_" + i + "xx", byCodeClass[i]);
        }
        row.set("hrsp_other", byCodeClass[0]);
    }

    private static Row row(String proxy, String name, int type, int proxyNumber, int server, boolean http) {
        return new Row()
                .set("pxname", proxy)
                .set("svname", name)
                .set("type", type)
                .set("pid", 1)
                .set("iid", proxyNumber)
                .set("sid", server)
                .set("mode", http ? "http" : "tcp");
    }
}
