package dev.steelyard.dataplane.cache;

import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the state folder up to date, on a thread of its own. Changes are gathered for a moment, so that many on one object cost one
 * write. For all threads; never blocks, but for {@link #close}.
 */
public final class StateWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateWriter.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    /** How often it is noted that what is kept is still what is served. */
    private static final Duration MARK = Duration.ofSeconds(5);

    private final StateFolder folder;
    private final Duration delay;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state").daemon().factory());

    // What follows is guarded by this.
    private @Nullable SnapshotSet pendingSnapshots;
    private final Map<ObjectKey, List<ServiceEndpoint>> pendingEndpoints = new LinkedHashMap<>();
    private boolean scheduled;
    private boolean snapshotsServed;
    private boolean endpointsServed;

    // What follows belongs to the thread.
    private final Map<ObjectKey, Snapshot> writtenSnapshots;
    private final Map<ObjectKey, List<ServiceEndpoint>> writtenEndpoints;
    private long writtenEpoch;
    private long writtenRevision;

    /**
     * @param folder where to
     * @param snapshots what is in it now
     * @param endpoints what is in it now
     * @param delay how long changes are gathered
     */
    public StateWriter(
            StateFolder folder,
            SnapshotSet snapshots,
            Map<ObjectKey, List<ServiceEndpoint>> endpoints,
            Duration delay) {
        this.folder = folder;
        this.delay = delay;
        this.writtenSnapshots = new HashMap<>(snapshots.snapshots());
        this.writtenEndpoints = new HashMap<>(endpoints);
        this.writtenEpoch = snapshots.epoch();
        this.writtenRevision = snapshots.revision();
        var _ = thread.scheduleWithFixedDelay(this::mark, MARK.toMillis(), MARK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The snapshots that are kept are served from now on. */
    synchronized void snapshotsServed() {
        snapshotsServed = true;
    }

    /** The endpoints that are kept are all that are known from now on. */
    synchronized void endpointsServed() {
        endpointsServed = true;
        schedule(delay);
    }

    /** Keeps this set instead of the one before. */
    synchronized void snapshots(SnapshotSet set) {
        snapshotsServed = true;
        pendingSnapshots = set;
        schedule(delay);
    }

    /** Keeps these endpoints of a Service; none: forgets it. */
    synchronized void endpoints(ObjectKey service, List<ServiceEndpoint> endpoints) {
        pendingEndpoints.put(service, endpoints);
        schedule(delay);
    }

    private synchronized void schedule(Duration after) {
        if (!scheduled && !thread.isShutdown()) {
            scheduled = true;
            thread.execute(this::unmark);
            var _ = thread.schedule(this::flush, after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void flush() {
        SnapshotSet set;
        Map<ObjectKey, List<ServiceEndpoint>> endpoints;
        synchronized (this) {
            set = pendingSnapshots;
            endpoints = Map.copyOf(pendingEndpoints);
            pendingSnapshots = null;
            pendingEndpoints.clear();
            scheduled = false;
        }
        try {
            if (set != null) {
                write(set);
            }
            for (Map.Entry<ObjectKey, List<ServiceEndpoint>> entry : endpoints.entrySet()) {
                write(entry.getKey(), entry.getValue());
            }
            mark();
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "state folder {} cannot be written, trying again in {} s: {}",
                    folder,
                    RETRY.toSeconds(),
                    e.toString());
            retry(set, endpoints);
        }
    }

    private void mark() {
        synchronized (this) {
            if (!snapshotsServed || !endpointsServed || scheduled) {
                return; // what comes to be scheduled after this takes the mark away again
            }
        }
        try {
            folder.markServed();
        } catch (IOException e) {
            LOG.debug("state folder {} cannot be marked", folder, e);
        }
    }

    private void unmark() {
        try {
            folder.unmarkServed();
        } catch (IOException e) {
            LOG.warn("state folder {} cannot be written: {}", folder, e.toString());
        }
    }

    /** Puts back what may not have been written, unless something newer has come since. */
    private synchronized void retry(@Nullable SnapshotSet set, Map<ObjectKey, List<ServiceEndpoint>> endpoints) {
        if (pendingSnapshots == null) {
            pendingSnapshots = set;
        }
        endpoints.forEach(pendingEndpoints::putIfAbsent);
        schedule(RETRY);
    }

    private void write(SnapshotSet set) throws IOException {
        for (Snapshot snapshot : set.snapshots().values()) {
            ObjectKey key = snapshot.virtualService();
            if (!snapshot.equals(writtenSnapshots.get(key))) {
                folder.writeSnapshot(snapshot);
                writtenSnapshots.put(key, snapshot);
            }
        }
        for (ObjectKey key : List.copyOf(writtenSnapshots.keySet())) {
            if (!set.snapshots().containsKey(key)) {
                folder.deleteSnapshot(key);
                writtenSnapshots.remove(key);
            }
        }
        if (set.epoch() != writtenEpoch || set.revision() != writtenRevision) {
            folder.writeHead(set.epoch(), set.revision());
            writtenEpoch = set.epoch();
            writtenRevision = set.revision();
        }
    }

    private void write(ObjectKey service, List<ServiceEndpoint> endpoints) throws IOException {
        if (endpoints.isEmpty()) {
            folder.deleteEndpoints(service);
            writtenEndpoints.remove(service);
        } else if (!endpoints.equals(writtenEndpoints.get(service))) {
            folder.writeEndpoints(service, endpoints);
            writtenEndpoints.put(service, endpoints);
        }
    }

    /** Writes what is still to be written, and ends. */
    @Override
    public void close() {
        try {
            thread.submit(this::flush).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("state folder {} could not be brought up to date: {}", folder, e.toString());
        }
        thread.shutdownNow();
    }
}
