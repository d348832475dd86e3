package dev.steelyard.dataplane.admin;

import dev.steelyard.dataplane.admin.ApiViews.Addresses;
import dev.steelyard.dataplane.admin.ApiViews.Pools;
import dev.steelyard.dataplane.admin.ApiViews.VirtualServices;
import dev.steelyard.snapshot.NodeReport;
import java.util.List;
import java.util.stream.Collectors;

/** The page at {@code /}: sockets, virtual services, pools and endpoints. Plain HTML; loads nothing and runs nothing. */
final class OverviewPage {

    private static final String STYLE = """
            body{font:14px sans-serif;margin:2em;color:#222}table{border-collapse:collapse;margin:.5em 0 1.5em}\
            td,th{padding:.2em .8em;border:1px solid #ccc;text-align:left}.bad{background:#fdd}.good{background:#dfd}\
            """;

    private final StringBuilder html = new StringBuilder();

    private OverviewPage() {}

    static String render(NodeReport report, Addresses addresses, VirtualServices services, Pools pools) {
        OverviewPage page = new OverviewPage();
        page.html
                .append(
                        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Steelyard</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Steelyard ")
                .append(escape(report.version()))
                .append("</h1><p>Configuration: revision ")
                .append(report.appliedRevision())
                .append(", epoch ")
                .append(report.epoch())
                .append("</p>");
        page.rejected(report);
        page.addresses(addresses);
        page.services(services);
        page.pools(pools);
        return page.html.append("</body></html>\n").toString();
    }

    private void rejected(NodeReport report) {
        if (!report.rejected().isEmpty()) {
            table("Refused", "Virtual service", "Reason");
            report.rejected()
                    .forEach(rejected -> row(false, rejected.virtualService().toString(), rejected.reason()));
            html.append("</table>");
        }
    }

    private void addresses(Addresses addresses) {
        table("Listeners", "Address", "Port", "State", "Connections", "Serves");
        addresses
                .addresses()
                .forEach(address -> row(
                        address.bound(),
                        address.address().isEmpty() ? "*" : address.address(),
                        address.port() + (address.transport().equals("UDP") ? "/udp" : ""),
                        address.bound() ? "bound" : address.problem(),
                        String.valueOf(address.connections()),
                        joined(address.owners().stream()
                                .map(owner -> owner.virtualService() + " " + owner.listener())
                                .toList())));
        html.append("</table>");
    }

    private void services(VirtualServices services) {
        table("Virtual services", "Name", "Generation", "Hosts", "Routes");
        services.virtualServices()
                .forEach(service -> row(
                        true,
                        service.virtualService().toString(),
                        String.valueOf(service.generation()),
                        service.hosts().isEmpty() ? "*" : joined(service.hosts()),
                        joined(service.routes().stream()
                                .map(route -> route.name() + " (" + route.path() + ")")
                                .toList())));
        html.append("</table>");
    }

    private void pools(Pools pools) {
        table("Pools", "Pool", "Endpoint", "State", "Since", "Weight", "In flight", "Reason");
        pools.pools().forEach(pool -> {
            if (pool.endpoints().isEmpty() && pool.problems().isEmpty()) {
                row(false, pool.pool().toString(), "none", "", "", "", "", "the pool has no endpoints");
            }
            pool.endpoints()
                    .forEach(endpoint -> row(
                            endpoint.eligible(),
                            pool.pool().toString(),
                            endpoint.address(),
                            endpoint.state(),
                            endpoint.since().toString(),
                            String.valueOf(endpoint.weight()),
                            String.valueOf(endpoint.inFlight()),
                            endpoint.reason()));
            pool.problems()
                    .forEach(problem ->
                            row(false, pool.pool().toString(), problem.address(), "", "", "", "", problem.reason()));
        });
        html.append("</table>");
    }

    private void table(String title, String... columns) {
        html.append("<h2>").append(title).append("</h2><table><tr>");
        for (String column : columns) {
            html.append("<th>").append(column).append("</th>");
        }
        html.append("</tr>");
    }

    private void row(boolean good, String... cells) {
        html.append(good ? "<tr class=\"good\">" : "<tr class=\"bad\">");
        for (String cell : cells) {
            html.append("<td>").append(escape(cell)).append("</td>");
        }
        html.append("</tr>\n");
    }

    private static String joined(List<String> values) {
        return values.stream().limit(20).collect(Collectors.joining(", ", "", values.size() > 20 ? ", …" : ""));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
