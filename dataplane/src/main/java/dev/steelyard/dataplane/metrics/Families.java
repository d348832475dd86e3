package dev.steelyard.dataplane.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;

/** The metrics of traffic, filled anew for each scrape. */
final class Families {

    final CounterSnapshot.Builder requests = counter(
            "steelyard_requests", "Requests (HTTP) and connections (TCP, code_class none) that ended, by route");
    final CounterSnapshot.Builder flagged =
            counter("steelyard_requests_flagged", "Requests that ended otherwise than by the endpoint's own answer");
    final CounterSnapshot.Builder retries =
            counter("steelyard_retries", "Requests and connections tried on another endpoint");
    final CounterSnapshot.Builder bytes =
            counter("steelyard_bytes", "Bytes received from and sent to clients, heads included");
    final HistogramSnapshot.Builder durations =
            histogram("steelyard_request_duration", "From the end of a request's head to the end of its response");
    final HistogramSnapshot.Builder connects =
            histogram("steelyard_upstream_connect", "Time to establish a connection to an endpoint");
    final GaugeSnapshot.Builder connections =
            gauge("steelyard_connections_active", "Client connections open, by listening socket");
    final CounterSnapshot.Builder accepted =
            counter("steelyard_connections", "Client connections accepted, by listening socket");
    final CounterSnapshot.Builder handshakeFailures =
            counter("steelyard_tls_handshake_failures", "TLS handshakes of clients that failed, by listening socket");
    final CounterSnapshot.Builder upstreamHandshakeFailures =
            counter("steelyard_upstream_tls_handshake_failures", "TLS handshakes with endpoints that failed, by pool");
    final GaugeSnapshot.Builder expiries = gauge(
            "steelyard_certificate_expiry_timestamp_seconds", "When the certificate of a listener expires, by Secret");
    final CounterSnapshot.Builder acceptFailures = counter(
            "steelyard_accept_failures",
            "Times that a listening socket had to pause for want of open files, by listening socket");
    final CounterSnapshot.Builder refused = counter(
            "steelyard_connections_refused",
            "Client connections closed before their protocol began, by listening socket and reason");
    final GaugeSnapshot.Builder up = gauge("steelyard_endpoint_up", "1 if the endpoint is healthy, 0 if it is down");
    final CounterSnapshot.Builder transitions =
            counter("steelyard_endpoint_health_transitions", "Times that the endpoint came up or went down");
    final GaugeSnapshot.Builder poolEndpoints = gauge("steelyard_pool_endpoints", "Endpoints of the pool");
    final GaugeSnapshot.Builder poolEligible =
            gauge("steelyard_pool_endpoints_eligible", "Endpoints of the pool that take new work");
    final GaugeSnapshot.Builder serviceUp = gauge(
            "steelyard_virtual_service_up",
            "1 if a listener of the virtual service is bound and one of its pools takes work, or it needs none");
    final GaugeSnapshot.Builder listenerBound =
            gauge("steelyard_listener_bound", "1 if the virtual service's listener is bound, 0 if it could not be");
    final CounterSnapshot.Builder logLines = counter("steelyard_access_log_lines", "Lines of the access log");
    final CounterSnapshot.Builder logDropped = counter(
            "steelyard_access_log_dropped",
            "Lines of the access log lost because whoever reads it was too slow, or gone");

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static HistogramSnapshot.Builder histogram(String name, String help) {
        return HistogramSnapshot.builder()
                .name(name + "_seconds")
                .unit(Unit.SECONDS)
                .help(help);
    }

    /** Adds the end of a certificate. */
    void expiry(String secret, Instant until) {
        int slash = secret.indexOf('/');
        Labels labels =
                Labels.of("namespace", secret.substring(0, Math.max(slash, 0)), "secret", secret.substring(slash + 1));
        expiries.dataPoint(new GaugeDataPointSnapshot(until.getEpochSecond(), labels, null));
    }

    /** Adds a series, unless it never moved. */
    void count(CounterSnapshot.Builder family, Labels labels, LongAdder value) {
        long sum = value.sum();
        if (sum != 0) {
            family.dataPoint(new CounterDataPointSnapshot(sum, labels, null, 0));
        }
    }

    MetricSnapshots build() {
        return MetricSnapshots.of(
                requests.build(),
                flagged.build(),
                retries.build(),
                bytes.build(),
                durations.build(),
                connects.build(),
                connections.build(),
                accepted.build(),
                handshakeFailures.build(),
                upstreamHandshakeFailures.build(),
                expiries.build(),
                refused.build(),
                acceptFailures.build(),
                up.build(),
                transitions.build(),
                poolEndpoints.build(),
                poolEligible.build(),
                serviceUp.build(),
                listenerBound.build(),
                logLines.build(),
                logDropped.build());
    }
}
