package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** What is known of one pool and its endpoints. {@link #endpoints} is called on one thread; the rest on any. */
final class PoolCounters {

    private final Labels labels;
    final Histogram connects = new Histogram();
    final LongAdder handshakeFailures = new LongAdder();
    private volatile Map<String, Health> endpoints = Map.of();

    PoolCounters(ObjectKey pool) {
        this.labels = Labels.of("namespace", pool.namespace(), "pool", pool.name());
    }

    private record Health(boolean up, long transitions) {

        Health become(boolean next) {
            return next == up ? this : new Health(next, transitions + 1);
        }
    }

    /** Takes the endpoints as they are now; those not named are forgotten. */
    void endpoints(Map<String, Boolean> upByAddress) {
        Map<String, Health> before = endpoints;
        Map<String, Health> after = new TreeMap<>();
        upByAddress.forEach((address, up) -> {
            Health health = before.get(address);
            after.put(address, health == null ? new Health(up, 0) : health.become(up));
        });
        endpoints = after;
    }

    void collect(Families families) {
        families.connects.dataPoint(connects.collect(labels));
        families.count(families.upstreamHandshakeFailures, labels, handshakeFailures);
        endpoints.forEach((address, health) -> {
            Labels endpoint = labels.add("endpoint", address);
            families.up.dataPoint(new GaugeDataPointSnapshot(health.up() ? 1 : 0, endpoint, null));
            families.transitions.dataPoint(new CounterDataPointSnapshot(health.transitions(), endpoint, null, 0));
        });
    }
}
