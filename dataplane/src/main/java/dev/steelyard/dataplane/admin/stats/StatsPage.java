package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.admin.stats.StatsView.EndpointStats;
import dev.steelyard.dataplane.admin.stats.StatsView.NodeStats;
import dev.steelyard.dataplane.admin.stats.StatsView.PoolStats;
import dev.steelyard.dataplane.admin.stats.StatsView.Rates;
import dev.steelyard.dataplane.admin.stats.StatsView.ServiceStats;
import dev.steelyard.dataplane.admin.stats.StatsView.SocketStats;
import dev.steelyard.dataplane.admin.view.Event;
import dev.steelyard.dataplane.pool.PoolView.Problem;
import dev.steelyard.snapshot.NodeReport.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page at {@code /}. All of it is written here and can be read without script; where there is script, it fetches the page again and
 * again, takes over what is marked {@code data-live}, and draws the charts.
 */
final class StatsPage {

    /** Rows shown of one table: more would be read by nobody, and make the page slow. */
    static final int MAX_ROWS = 200;

    private static final int MAX_NAMES = 10;

    private final Html html = new Html();
    private final StatsView stats;

    private StatsPage(StatsView stats) {
        this.stats = stats;
    }

    static String render(StatsView stats) {
        StatsPage page = new StatsPage(stats);
        page.begin();
        page.overview();
        page.charts();
        page.services();
        page.pools();
        page.sockets();
        page.events();
        return page.html
                .raw("</main><footer><p>The same for programs: <a href=\"/api/v1/stats\">JSON</a>,"
                        + " <a href=\"/metrics\">metrics for Prometheus</a>, <a href=\"/stats;csv\">HAProxy’s CSV</a>.</p></footer>"
                        + "</body></html>\n")
                .toString();
    }

    private void begin() {
        NodeStats node = stats.node();
        html.raw("""
                        <!DOCTYPE html>
                        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                        <meta name="color-scheme" content="light dark"><title>""")
                .text(node.host().isEmpty() ? "Steelyard" : node.host() + " – Steelyard")
                .raw("""
                        </title><link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
                        <link rel="stylesheet" href="/assets/uplot.css"><link rel="stylesheet" href="/assets/stats.css">
                        <script src="/assets/uplot.js" defer></script><script src="/assets/stats.js" defer></script></head>
                        <body><a class="skip" href="#main">Skip to the content</a>
                        <header><h1>Steelyard <span class="host">""")
                .text(node.host())
                .raw("""
                        </span></h1>
                        <div class="live" id="live" hidden><span id="status" role="status"></span> <button type="button" id="pause" aria-pressed="false">Pause</button></div>
                        <nav aria-label="On this page"><ul><li><a href="#overview">Overview</a></li><li><a href="#charts">Charts</a></li>
                        <li><a href="#services">Virtual services</a></li><li><a href="#pools">Pools</a></li>
                        <li><a href="#sockets">Listening sockets</a></li><li><a href="#events">Events</a></li></ul></nav></header>
                        <main id="main" tabindex="-1">
                        """);
    }

    private void overview() {
        NodeStats node = stats.node();
        Rates rates = node.rates();
        section("overview", "Overview");
        html.raw("<dl class=\"tiles\" id=\"tiles\" data-live>");
        item("Requests per second", Numbers.rate(rates.requestsPerSecond()));
        item("Errors per second", Numbers.rate(rates.errorsPerSecond()));
        item("Half answered within", Numbers.millis(rates.p50Millis()));
        item("99 % answered within", Numbers.millis(rates.p99Millis()));
        item("Client connections", Numbers.count(node.connections()));
        item("Endpoints available", stats.eligible() + " of " + stats.endpoints());
        html.raw("</dl><dl class=\"facts\" id=\"facts\" data-live><div><dt>State</dt><dd>")
                .badge(node.ready(), node.ready() ? "Ready" : "Not ready: " + node.notReady())
                .raw("</dd></div>");
        item("Version", node.version());
        item("Configuration", "revision " + node.revision() + ", epoch " + node.epoch());
        item(
                "Running for",
                Numbers.duration(Duration.between(node.started(), node.at()).toSeconds()));
        html.raw("<div><dt>As of</dt><dd>").time(node.at()).raw("</dd></div></dl>\n");
        html.raw("<div id=\"refused\" data-live>");
        if (stats.refused().isEmpty()) {
            html.raw("<p class=\"quiet\">No configuration is refused.</p>");
        } else {
            html.table("refused-rows", "Refused configuration", "Virtual service", "Reason");
            for (Rejected rejected : stats.refused()) {
                html.raw("<tr>")
                        .rowHeader(rejected.virtualService().toString())
                        .state(false, rejected.reason())
                        .raw("</tr>\n");
            }
            html.endTable();
        }
        html.raw("</div></section>\n");
    }

    private void item(String name, String value) {
        html.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }

    private void charts() {
        section("charts", "The last five minutes");
        html.raw("<div class=\"charts\">");
        History.Columns history = stats.history();
        chart("requests", "Requests per second", summary(history.requestsPerSecond(), false));
        chart("errors", "Errors per second", summary(history.errorsPerSecond(), false));
        chart(
                "latency",
                "Time to the end of the response, ms: half (solid line) and 99 % (dashed) of requests",
                "Half: " + summary(history.p50Millis(), true) + " 99 %: " + summary(history.p99Millis(), true));
        html.raw("</div></section>\n");
    }

    private void chart(String id, String title, String summary) {
        html.raw("<figure><figcaption>")
                .text(title)
                .raw("</figcaption><div class=\"plot\" id=\"chart-" + id
                        + "\" aria-hidden=\"true\"></div><p id=\"summary-" + id + "\" data-live>")
                .text(summary)
                .raw("</p></figure>");
    }

    /** What a chart shows, in words. */
    private static String summary(List<? extends @Nullable Double> values, boolean millis) {
        List<Double> known = new ArrayList<>();
        for (Double value : values) {
            if (value != null) {
                known.add(value);
            }
        }
        if (known.isEmpty()) {
            return "nothing yet.";
        }
        double most = known.stream().max(Comparator.naturalOrder()).orElse(0.0);
        double sum = known.stream().mapToDouble(Double::doubleValue).sum();
        return String.format(
                Locale.ROOT,
                "now %s, %s on average, at most %s.",
                millis ? Numbers.millis(known.getLast()) : Numbers.rate(known.getLast()),
                millis ? Numbers.millis(sum / known.size()) : Numbers.rate(sum / known.size()),
                millis ? Numbers.millis(most) : Numbers.rate(most));
    }

    private void services() {
        section("services", "Virtual services");
        html.table(
                "services-rows",
                "Over the last " + Series.SECONDS + " seconds",
                "Name",
                "State",
                "Hosts",
                "#Requests/s",
                "#Errors/s",
                "#p50",
                "#p99",
                "#Connections",
                "#Requests",
                "#Errors");
        for (ServiceStats service : first(stats.virtualServices())) {
            Rates rates = service.rates();
            html.raw("<tr>")
                    .rowHeader(service.virtualService().toString())
                    .state(service.bound(), service.bound() ? "Listening" : "Not listening: " + service.problem())
                    .cell(service.hosts().isEmpty() ? "all" : joined(service.hosts()))
                    .number(Numbers.rate(rates.requestsPerSecond()))
                    .number(Numbers.rate(rates.errorsPerSecond()))
                    .number(Numbers.millis(rates.p50Millis()))
                    .number(Numbers.millis(rates.p99Millis()))
                    .number(Numbers.count(service.connections()))
                    .number(Numbers.count(service.requests()))
                    .number(Numbers.count(service.errors()))
                    .raw("</tr>\n");
        }
        endRows(stats.virtualServices().size(), 10, "/api/v1/stats");
    }

    private void pools() {
        section("pools", "Pools");
        html.table(
                "pools-rows",
                "Endpoints by pool",
                "Endpoint",
                "State",
                "Since",
                "#Weight",
                "#In flight",
                "#Requests/s",
                "#Errors/s",
                "Reason");
        int rows = 0;
        for (PoolStats pool : stats.pools()) {
            if (rows < MAX_ROWS) {
                poolHeader(pool);
                // What is wrong comes first where not all is shown.
                pool.endpoints().stream()
                        .sorted(Comparator.comparing(EndpointStats::eligible))
                        .limit(MAX_ROWS - rows)
                        .forEach(this::endpoint);
                pool.problems().stream().limit(MAX_ROWS).forEach(this::problem);
            }
            rows += pool.endpoints().size() + pool.problems().size();
        }
        endRows(rows, 8, "/api/v1/pools");
    }

    private void poolHeader(PoolStats pool) {
        html.raw("<tr class=\"group\"><th scope=\"colgroup\" colspan=\"8\">")
                .text(pool.pool().toString())
                .raw(" <span class=\"quiet\">")
                .text(pool.algorithm() + ", " + Numbers.rate(pool.rates().requestsPerSecond()) + " requests/s")
                .raw("</span> ")
                .badge(pool.eligible() > 0, pool.eligible() + " of " + pool.total() + " take work")
                .raw("</th></tr>\n");
    }

    private void endpoint(EndpointStats endpoint) {
        html.raw("<tr>")
                .rowHeader(endpoint.address())
                .state(endpoint.eligible(), endpoint.state())
                .raw("<td>")
                .time(endpoint.since())
                .raw("</td>")
                .number(String.valueOf(endpoint.weight()))
                .number(Numbers.count(endpoint.inFlight()))
                .number(Numbers.rate(endpoint.requestsPerSecond()))
                .number(Numbers.rate(endpoint.errorsPerSecond()))
                .cell(endpoint.reason())
                .raw("</tr>\n");
    }

    private void problem(Problem problem) {
        html.raw("<tr>")
                .rowHeader(problem.address())
                .state(false, "No endpoint")
                .raw("<td></td><td></td><td></td><td></td><td></td>")
                .cell(problem.reason())
                .raw("</tr>\n");
    }

    private void sockets() {
        section("sockets", "Listening sockets");
        html.table(
                "sockets-rows", "Sockets of this node", "Address", "Transport", "State", "#Connections", "Listeners");
        for (SocketStats socket : first(stats.addresses())) {
            html.raw("<tr>")
                    .rowHeader(socket.address())
                    .cell(socket.transport())
                    .state(socket.bound(), socket.bound() ? "Bound" : socket.problem())
                    .number(Numbers.count(socket.connections()))
                    .cell(joined(socket.serves()))
                    .raw("</tr>\n");
        }
        endRows(stats.addresses().size(), 5, "/api/v1/addresses");
    }

    private void events() {
        section("events", "Recent events");
        html.table("events-rows", "Since this process began, the latest first", "Time", "What", "Object", "Detail");
        for (Event event : stats.events()) {
            html.raw("<tr><td>")
                    .time(event.at())
                    .raw("</td>")
                    .state(event.kind().good(), word(event.kind()))
                    .cell(event.subject())
                    .cell(event.text())
                    .raw("</tr>\n");
        }
        endRows(stats.events().size(), 4, "/api/v1/stats");
    }

    private static String word(Event.Kind kind) {
        return switch (kind) {
            case APPLIED -> "Configuration applied";
            case REFUSED -> "Configuration refused";
            case ACCEPTED -> "Configuration accepted";
            case DOWN -> "Endpoint down";
            case UP -> "Endpoint up";
            case LISTENER_FAILED -> "Listener failed";
            case LISTENER_BOUND -> "Listener bound";
        };
    }

    private void section(String id, String title) {
        html.raw("<section aria-labelledby=\"" + id + "\"><h2 id=\"" + id + "\">")
                .text(title)
                .raw("</h2>\n");
    }

    /** Ends the table and section; says if there is nothing in it, or more. */
    private void endRows(int rows, int columns, String all) {
        if (rows == 0) {
            html.raw("<tr><td class=\"quiet\" colspan=\"" + columns + "\">There are none.</td></tr>");
        } else if (rows > MAX_ROWS) {
            html.raw("<tr><td class=\"quiet\" colspan=\"" + columns + "\">")
                    .text(rows + " in all; the others are in " + all)
                    .raw("</td></tr>");
        }
        html.endTable().raw("</section>\n");
    }

    private static <T> List<T> first(List<T> items) {
        return items.subList(0, Math.min(items.size(), MAX_ROWS));
    }

    private static String joined(List<String> names) {
        return names.stream().limit(MAX_NAMES).collect(Collectors.joining(", "))
                + (names.size() > MAX_NAMES ? " and " + (names.size() - MAX_NAMES) + " more" : "");
    }
}
