package dev.steelyard.dataplane.metrics;

import dev.steelyard.snapshot.ObjectKey;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.ref.Cleaner;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * All that this node counts. Label values come from the configuration, never from traffic, and end with it: {@link #retain} forgets what
 * an edition no longer has, and touches nothing else. For all threads, but for {@link #endpoints} and {@link #retain}, which the control
 * thread calls.
 *
 * <p>Counters of traffic are plain adders that render themselves at each scrape: an event loop pays an addition, a thousand routes pay
 * for the series that moved, and an exchange that outlives its route cannot bring a forgotten series back. The rest is Micrometer's.
 */
public final class Meters {

    private static final Cleaner CLEANER = Cleaner.create();

    private final Map<RouteId, RouteCounters> routes = new ConcurrentHashMap<>();
    private final Map<ObjectKey, PoolCounters> pools = new ConcurrentHashMap<>();
    private final Map<String, ListenerMeters> listeners = new ConcurrentHashMap<>();
    private final RouteCounters unmatched =
            new RouteCounters(RouteId.labels("", "", "", ""), new Histogram(), new LongAdder());
    private final AccessLogMeters accessLog = new AccessLogMeters();
    private final VirtualServiceGauges virtualServices = new VirtualServiceGauges();
    private final AtomicInteger editionsLive = new AtomicInteger();
    private volatile Map<String, Instant> certificates = Map.of();
    private volatile Config config = new Config(0, 0, 0);

    /** Made by the first scrape, as what it loads of Micrometer and of the JVM's management is of no use before. Guarded by this. */
    private @Nullable PrometheusMeterRegistry registry;

    private record Config(long epoch, long revision, int rejected) {}

    /** The counters of a route with a pool: always the same object until {@link #retain} drops it. */
    public RouteMeters routeMeters(ObjectKey virtualService, String route, ObjectKey pool) {
        return routes.computeIfAbsent(new RouteId(virtualService, route, pool), id -> {
            if (id.pool().equals(RouteId.NO_POOL)) {
                return new RouteCounters(id.labels(), new Histogram(), new LongAdder());
            }
            PoolCounters counters = poolCounters(id.pool());
            return new RouteCounters(id.labels(), counters.connects, counters.handshakeFailures);
        });
    }

    /** The counters of requests that belong to no route: malformed ones, and those that nothing matches. All their labels are empty. */
    public RouteMeters unmatched() {
        return unmatched;
    }

    /** The counters of the access log. */
    public AccessLogMeters accessLog() {
        return accessLog;
    }

    /**
     * The counters of a listening socket: always the same object until {@link #retain} drops it.
     *
     * @param listener its address and port, such as {@code *:443}
     */
    public ListenerMeters listener(String listener) {
        return listeners.computeIfAbsent(listener, ListenerMeters::new);
    }

    /** Takes the state of a pool's endpoints, all of them, each time it changes. */
    public void endpoints(ObjectKey pool, PoolHealth health) {
        poolCounters(pool).endpoints(health);
    }

    /**
     * Takes which listeners of the virtual services in force are bound, all of them.
     *
     * @param bound by virtual service and the listener's name
     */
    public void listenersBound(Map<ObjectKey, Map<String, Boolean>> bound) {
        virtualServices.bound(Map.copyOf(bound));
    }

    /**
     * Takes when the certificates that are shown expire, all of them.
     *
     * @param expiries by Secret, {@code namespace/name}
     */
    public void certificates(Map<String, Instant> expiries) {
        certificates = Map.copyOf(expiries);
    }

    /** Takes what configuration is in force. */
    public void config(long epoch, long revision, int rejected) {
        config = new Config(epoch, revision, rejected);
    }

    /** Counts an edition from now until it has been collected. */
    public void editionMade(Object edition) {
        AtomicInteger live = editionsLive;
        live.incrementAndGet();
        CLEANER.register(edition, live::decrementAndGet);
    }

    /**
     * Forgets all routes, sockets and pools but these. Call it once an edition is in force and the sockets that it dropped have drained.
     *
     * @param routesInForce their pools are kept, too
     * @param socketsInForce as given to {@link #listener}
     */
    public void retain(Set<RouteId> routesInForce, Set<String> socketsInForce) {
        Set<ObjectKey> poolsInForce = new HashSet<>();
        routesInForce.forEach(route -> poolsInForce.add(route.pool()));
        routes.keySet().retainAll(routesInForce);
        pools.keySet().retainAll(poolsInForce);
        listeners.keySet().retainAll(socketsInForce);
    }

    /** What was counted so far, by route and pool. */
    public Map<RouteId, RouteCounts> routeCounts() {
        Map<RouteId, RouteCounts> counts = new HashMap<>();
        routes.forEach((id, route) -> counts.put(id, route.counts()));
        return counts;
    }

    /** What was counted so far of requests that belong to no route. */
    public RouteCounts unmatchedCounts() {
        return unmatched.counts();
    }

    /** How long it took to connect to the endpoints of a pool. */
    public Durations connects(ObjectKey pool) {
        PoolCounters counters = pools.get(pool);
        return counters == null ? Durations.NONE : counters.connects.durations();
    }

    /**
     * All metrics as text.
     *
     * @param contentType {@code text/plain} for Prometheus' own format, {@code application/openmetrics-text} for OpenMetrics
     */
    public String scrape(String contentType) {
        return registry().scrape(contentType);
    }

    private synchronized PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry made = registry;
        if (made == null) {
            made = newRegistry();
            registry = made;
        }
        return made;
    }

    private PrometheusMeterRegistry newRegistry() {
        PrometheusMeterRegistry made = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        MultiCollector traffic = this::collect;
        made.getPrometheusRegistry().register(traffic);
        Gauge.builder("steelyard_config_applied_revision", this, meters -> meters.config.revision())
                .description("Revision of the configuration in force, 0 if there is none yet")
                .register(made);
        Gauge.builder("steelyard_config_epoch", this, meters -> meters.config.epoch())
                .description("Epoch of the operator that wrote the configuration in force")
                .register(made);
        Gauge.builder("steelyard_config_rejected", this, meters -> meters.config.rejected())
                .description("Virtual services whose configuration was refused")
                .register(made);
        Gauge.builder("steelyard_editions_live", editionsLive, AtomicInteger::get)
                .description("Editions of the configuration that are still in memory")
                .register(made);
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
            Gauge.builder(
                            "steelyard_buffer_memory_bytes",
                            buffers,
                            of -> of.metric().usedDirectMemory())
                    .description("Memory outside the heap that buffers take, in use or kept for reuse")
                    .register(made);
        }
        new JvmMemoryMetrics().bindTo(made);
        new JvmThreadMetrics().bindTo(made);
        new ClassLoaderMetrics().bindTo(made);
        new ProcessorMetrics().bindTo(made);
        new FileDescriptorMetrics().bindTo(made);
        new UptimeMetrics().bindTo(made);
        return made;
    }

    private PoolCounters poolCounters(ObjectKey pool) {
        return pools.computeIfAbsent(pool, PoolCounters::new);
    }

    private boolean takesWork(ObjectKey pool) {
        PoolCounters counters = pools.get(pool);
        return counters == null || counters.takesWork();
    }

    private MetricSnapshots collect() {
        Families families = new Families();
        unmatched.collect(families);
        accessLog.collect(families);
        routes.values().forEach(route -> route.collect(families));
        pools.values().forEach(pool -> pool.collect(families));
        listeners.values().forEach(listener -> listener.collect(families));
        certificates.forEach(families::expiry);
        virtualServices.collect(families, routes.keySet(), this::takesWork);
        return families.build();
    }
}
