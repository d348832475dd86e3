package dev.steelyard.dataplane.cache;

import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what another source says, and keeps it. If that source has not seen everything within a while after the start, what was kept
 * before is delivered for the Services of which it has said nothing, and taken back when it has seen everything and still does not name
 * them.
 */
public final class CachingEndpointSource implements EndpointSource {

    private static final Logger LOG = LoggerFactory.getLogger(CachingEndpointSource.class);

    private final EndpointSource inner;
    private final Map<ObjectKey, List<ServiceEndpoint>> kept;
    private final StateWriter writer;
    private final ScheduledExecutorService timer;
    private final Duration patience;

    // What follows is guarded by this.
    private final Set<ObjectKey> named = new HashSet<>();
    private boolean synced;
    private boolean closed;
    private @Nullable ScheduledFuture<?> fallback;

    /**
     * @param inner what to follow; closed with this
     * @param kept what was read from the state folder
     * @param writer not closed by this
     * @param timer runs the delivery of what was kept
     * @param patience how long the inner source may take to see everything; zero: what was kept is delivered before that starts
     */
    public CachingEndpointSource(
            EndpointSource inner,
            Map<ObjectKey, List<ServiceEndpoint>> kept,
            StateWriter writer,
            ScheduledExecutorService timer,
            Duration patience) {
        this.inner = inner;
        this.kept = Map.copyOf(kept);
        this.writer = writer;
        this.timer = timer;
        this.patience = patience;
    }

    @Override
    public void start(Receiver receiver) {
        if (patience.isZero()) {
            deliverKept(receiver);
        } else if (!kept.isEmpty()) {
            synchronized (this) {
                fallback = timer.schedule(() -> deliverKept(receiver), patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        inner.start(new Receiver() {
            @Override
            public void endpoints(ObjectKey service, List<ServiceEndpoint> endpoints) {
                deliver(service, endpoints, receiver);
            }

            @Override
            public void synced() {
                deliverSynced(receiver);
            }
        });
    }

    private synchronized void deliverKept(Receiver receiver) {
        if (synced || closed) {
            return;
        }
        if (!patience.isZero()) {
            LOG.info(
                    "endpoints not known within {} ms: using those of {} Services kept on this node",
                    patience.toMillis(),
                    kept.size());
        }
        kept.forEach((service, endpoints) -> {
            if (!named.contains(service)) {
                receiver.endpoints(service, endpoints);
            }
        });
        receiver.synced();
        writer.endpointsServed();
    }

    private synchronized void deliver(ObjectKey service, List<ServiceEndpoint> endpoints, Receiver receiver) {
        if (closed) {
            return;
        }
        if (!synced) {
            named.add(service);
        }
        receiver.endpoints(service, endpoints);
        writer.endpoints(service, endpoints);
    }

    private synchronized void deliverSynced(Receiver receiver) {
        if (closed || synced) {
            return;
        }
        synced = true;
        for (ObjectKey service : kept.keySet()) {
            if (!named.contains(service)) {
                receiver.endpoints(service, List.of());
                writer.endpoints(service, List.of());
            }
        }
        named.clear();
        receiver.synced();
        writer.endpointsServed();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (fallback != null) {
                fallback.cancel(false);
            }
        }
        inner.close();
    }
}
