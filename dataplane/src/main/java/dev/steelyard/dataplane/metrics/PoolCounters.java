package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is known of one pool and its endpoints. {@link #endpoints} is called on one thread; the rest on any. */
final class PoolCounters {

    private final Labels labels;
    final Histogram connects = new Histogram();
    final LongAdder handshakeFailures = new LongAdder();
    private volatile Map<String, Health> endpoints = Map.of();
    private volatile @Nullable PoolHealth health;

    PoolCounters(ObjectKey pool) {
        this.labels = Labels.of("namespace", pool.namespace(), "pool", pool.name());
    }

    private record Health(boolean up, long transitions) {

        Health become(boolean next) {
            return next == up ? this : new Health(next, transitions + 1);
        }
    }

    /** Takes the endpoints as they are now; those not named are forgotten. */
    void endpoints(PoolHealth now) {
        Map<String, Health> before = endpoints;
        Map<String, Health> after = new TreeMap<>();
        now.upByAddress().forEach((address, up) -> {
            Health known = before.get(address);
            after.put(address, known == null ? new Health(up, 0) : known.become(up));
        });
        endpoints = after;
        health = now;
    }

    /** Whether an endpoint takes work; yes as long as nothing is known of them. */
    boolean takesWork() {
        PoolHealth now = health;
        return now == null || now.eligible() > 0;
    }

    void collect(Families families) {
        families.connects.dataPoint(connects.collect(labels));
        families.count(families.upstreamHandshakeFailures, labels, handshakeFailures);
        PoolHealth now = health;
        if (now != null) {
            families.poolEndpoints.dataPoint(new GaugeDataPointSnapshot(now.total(), labels, null));
            families.poolEligible.dataPoint(new GaugeDataPointSnapshot(now.eligible(), labels, null));
        }
        endpoints.forEach((address, known) -> {
            Labels endpoint = labels.add("endpoint", address);
            families.up.dataPoint(new GaugeDataPointSnapshot(known.up() ? 1 : 0, endpoint, null));
            families.transitions.dataPoint(new CounterDataPointSnapshot(known.transitions(), endpoint, null, 0));
        });
    }
}
