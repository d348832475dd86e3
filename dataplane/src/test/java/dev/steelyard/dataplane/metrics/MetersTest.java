package dev.steelyard.dataplane.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetersTest {

    private static final ObjectKey SHOP = new ObjectKey("shop", "web");
    private static final ObjectKey POOL = new ObjectKey("shop", "blue");
    private static final String ROUTE_LABELS = "namespace=\"shop\",pool=\"blue\",route=\"api\",virtual_service=\"web\"";

    private final Meters meters = new Meters();

    private String scrape() {
        return meters.scrape("text/plain");
    }

    @Test
    void countsRequestsByRouteAndClass() {
        RouteMeters route = meters.routeMeters(SHOP, "api", POOL);
        route.finished(200, 3_000_000, 100, 2000);
        route.finished(204, 700_000_000, 50, 10);
        route.finished(503, 1_000, 50, 40);
        route.flagged(ResponseFlag.NO_ENDPOINT);
        route.retried();
        route.connected(400_000);
        assertThat(scrape())
                .contains("steelyard_requests_total{code_class=\"2xx\"," + ROUTE_LABELS + "} 2.0")
                .contains("steelyard_requests_total{code_class=\"5xx\"," + ROUTE_LABELS + "} 1.0")
                .contains("steelyard_requests_flagged_total{flag=\"no_endpoint\"," + ROUTE_LABELS + "} 1.0")
                .contains("steelyard_retries_total{" + ROUTE_LABELS + "} 1.0")
                .contains("steelyard_bytes_total{direction=\"received\"," + ROUTE_LABELS + "} 200.0")
                .contains("steelyard_bytes_total{direction=\"sent\"," + ROUTE_LABELS + "} 2050.0")
                .contains("steelyard_request_duration_seconds_bucket{" + ROUTE_LABELS + ",le=\"0.005\"} 2")
                .contains("steelyard_request_duration_seconds_bucket{" + ROUTE_LABELS + ",le=\"+Inf\"} 3")
                .contains("steelyard_request_duration_seconds_sum{" + ROUTE_LABELS + "} 0.703001")
                .contains("steelyard_upstream_connect_seconds_count{namespace=\"shop\",pool=\"blue\"} 1")
                .doesNotContain("4xx");
    }

    @Test
    void countsRelaysAsTheyGo() {
        RouteMeters route = meters.routeMeters(SHOP, "api", POOL);
        route.transferred(10, 20);
        route.transferred(10, 20);
        route.finished(0, 1, 0, 0);
        assertThat(scrape())
                .contains("steelyard_bytes_total{direction=\"sent\"," + ROUTE_LABELS + "} 40.0")
                .contains("steelyard_requests_total{code_class=\"none\"," + ROUTE_LABELS + "} 1.0");
    }

    @Test
    void forgetsRemovedRoutesAndLeavesOthersAlone() {
        RouteMeters kept = meters.routeMeters(SHOP, "api", POOL);
        RouteMeters removed = meters.routeMeters(SHOP, "old", new ObjectKey("shop", "green"));
        kept.finished(200, 1, 1, 1);
        removed.finished(200, 1, 1, 1);
        meters.endpoints(new ObjectKey("shop", "green"), new PoolHealth(Map.of("10.0.0.1:80", true), 1, 1));
        meters.listener("*:80").opened();
        meters.listener("*:81").opened();

        meters.retain(Set.of(new RouteId(SHOP, "api", POOL)), Set.of("*:80"));
        removed.finished(200, 1, 1, 1);

        assertThat(meters.routeMeters(SHOP, "api", POOL)).isSameAs(kept);
        assertThat(scrape())
                .contains("steelyard_requests_total{code_class=\"2xx\"," + ROUTE_LABELS + "} 1.0")
                .contains("steelyard_connections_active{listener=\"*:80\"} 1.0")
                .doesNotContain("old")
                .doesNotContain("green")
                .doesNotContain("*:81");
    }

    @Test
    void countsHealthTransitionsOfEndpointsThatStay() {
        String endpoint = "{endpoint=\"10.0.0.1:80\",namespace=\"shop\",pool=\"blue\"}";
        meters.endpoints(POOL, new PoolHealth(Map.of("10.0.0.1:80", true, "10.0.0.2:80", true), 2, 2));
        assertThat(scrape())
                .contains("steelyard_endpoint_up" + endpoint + " 1.0")
                .contains("steelyard_endpoint_health_transitions_total" + endpoint + " 0.0");
        meters.endpoints(POOL, new PoolHealth(Map.of("10.0.0.1:80", false), 1, 0));
        assertThat(scrape())
                .contains("steelyard_endpoint_up" + endpoint + " 0.0")
                .contains("steelyard_endpoint_health_transitions_total" + endpoint + " 1.0")
                .doesNotContain("10.0.0.2");
    }

    @Test
    void tellsWhetherAVirtualServiceReachesClientsAndEndpoints() {
        String labels = "namespace=\"shop\",virtual_service=\"web\"}";
        meters.routeMeters(SHOP, "api", POOL);
        meters.routeMeters(SHOP, "redirect-to-https", RouteId.NO_POOL);
        meters.endpoints(POOL, new PoolHealth(Map.of("10.0.0.1:80", true), 2, 1));
        meters.listenersBound(Map.of(SHOP, Map.of("web", true, "secure", false)));
        assertThat(scrape())
                .contains("steelyard_pool_endpoints{namespace=\"shop\",pool=\"blue\"} 2.0")
                .contains("steelyard_pool_endpoints_eligible{namespace=\"shop\",pool=\"blue\"} 1.0")
                .contains("steelyard_listener_bound{listener=\"secure\"," + labels + " 0.0")
                .contains("steelyard_listener_bound{listener=\"web\"," + labels + " 1.0")
                .contains("steelyard_virtual_service_up{" + labels + " 1.0");

        meters.endpoints(POOL, new PoolHealth(Map.of(), 0, 0));
        assertThat(scrape())
                .contains("steelyard_pool_endpoints_eligible{namespace=\"shop\",pool=\"blue\"} 0.0")
                .contains("steelyard_virtual_service_up{" + labels + " 0.0");

        meters.endpoints(POOL, new PoolHealth(Map.of("10.0.0.1:80", true), 1, 1));
        meters.listenersBound(Map.of(SHOP, Map.of("web", false, "secure", false)));
        assertThat(scrape()).contains("steelyard_virtual_service_up{" + labels + " 0.0");
    }

    @Test
    void whatOnlyAnswersByItselfNeedsNoPool() {
        meters.routeMeters(SHOP, "moved", RouteId.NO_POOL);
        meters.listenersBound(Map.of(SHOP, Map.of("web", true)));
        assertThat(scrape()).contains("steelyard_virtual_service_up{namespace=\"shop\",virtual_service=\"web\"} 1.0");
    }

    @Test
    void countsConnectionsOfSockets() {
        ListenerMeters socket = meters.listener("*:443");
        socket.opened();
        socket.opened();
        socket.closed();
        socket.handshakeFailed();
        assertThat(scrape())
                .contains("steelyard_connections_active{listener=\"*:443\"} 1.0")
                .contains("steelyard_connections_total{listener=\"*:443\"} 2.0")
                .contains("steelyard_tls_handshake_failures_total{listener=\"*:443\"} 1.0");
    }

    @Test
    void showsTheConfigurationAndTheProcess() {
        Object edition = new Object();
        meters.editionMade(edition);
        meters.config(3, 42, 1);
        meters.unmatched().flagged(ResponseFlag.BAD_REQUEST);
        assertThat(scrape())
                .contains("steelyard_config_applied_revision 42.0")
                .contains("steelyard_config_epoch 3.0")
                .contains("steelyard_config_rejected 1.0")
                .contains("steelyard_editions_live 1.0")
                .contains("flag=\"bad_request\"")
                .contains("jvm_memory_used_bytes")
                .contains("process_uptime_seconds");
        assertThat(edition).isNotNull();
    }

    @Test
    void speaksOpenMetrics() {
        meters.unmatched().finished(404, 1, 1, 1);
        assertThat(meters.scrape("application/openmetrics-text"))
                .contains("# TYPE steelyard_requests counter")
                .endsWith("# EOF\n");
    }
}
