package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.publish.Published;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the operator measures of itself, as {@code steelyard_operator_…}. */
final class OperatorMeters {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicInteger leading = new AtomicInteger();
    private final AtomicLong epoch = new AtomicLong();
    private final AtomicLong revision = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong unstored = new AtomicLong();
    private final Timer compile = timer("steelyard.operator.compile", "From a change to all snapshots");
    private final Timer publish = timer("steelyard.operator.publish", "From all snapshots to the index");
    private final Counter failures = Counter.builder("steelyard.operator.failures")
            .description("Passes that could not be finished and were tried again")
            .register(registry);
    private final Counter swept = Counter.builder("steelyard.operator.swept.secrets")
            .description("Snapshot Secrets deleted since no index named them")
            .register(registry);

    OperatorMeters() {
        gauge("steelyard.operator.leading", "1 while this replica leads", leading);
        gauge("steelyard.operator.epoch", "Epoch of the index that this replica wrote last", epoch);
        gauge("steelyard.operator.revision", "Revision of the index that this replica wrote last", revision);
        gauge("steelyard.operator.virtual.services", "Virtual services published", published);
        gauge("steelyard.operator.unstored.snapshots", "Snapshots that could not be stored", unstored);
    }

    void leading(boolean now) {
        leading.set(now ? 1 : 0);
    }

    void published(Published now, int services, long compileNanos, long publishNanos) {
        epoch.set(now.index().epoch());
        revision.set(now.index().revision());
        published.set(services);
        unstored.set(now.failures().size());
        compile.record(compileNanos, TimeUnit.NANOSECONDS);
        publish.record(publishNanos, TimeUnit.NANOSECONDS);
    }

    void failed() {
        failures.increment();
    }

    void swept(int secrets) {
        swept.increment(secrets);
    }

    /** Prometheus' text format. */
    String scrape() {
        return registry.scrape();
    }

    private void gauge(String name, String description, Number value) {
        Gauge.builder(name, value, Number::doubleValue).description(description).register(registry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(1))
                .register(registry);
    }
}
