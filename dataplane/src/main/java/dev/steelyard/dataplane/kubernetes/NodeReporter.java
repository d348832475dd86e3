package dev.steelyard.dataplane.kubernetes;

import dev.steelyard.snapshot.NodeReport;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator how this node is: keeps a Lease alive, and writes what the node reports to its DataplaneNode when that changes, at
 * most once a second. Failures are retried and touch nothing else. Each of the two has a thread of its own, so that a status that is slow
 * to write does not make the node look dead.
 */
public final class NodeReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);

    private static final int LEASE_SECONDS = 10;

    /** How long the end may take for each of the two, if the API server does not answer. */
    private static final int LAST_SECONDS = 3;

    private static final Duration RENEWAL = Duration.ofSeconds(2);
    private static final Duration WRITE_GAP = Duration.ofSeconds(1);

    /** Short, so that soon after the API server is back it is known what this node serves. */
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

    /** How often the DataplaneNode is made anew if somebody has deleted it. */
    private static final Duration CHECK = Duration.ofSeconds(30);

    /** After how many renewals the Node is looked up again, in case it was deleted and made anew. */
    private static final int RENEWALS_PER_LOOKUP = 15;

    private final NodeObjects objects;
    private final String node;
    private final Supplier<NodeReport> report;
    private final InstantSource clock;
    private final ScheduledExecutorService leaseThread = thread("lease");
    private final ScheduledExecutorService reportThread = thread("report");
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile boolean paused;

    // What follows belongs to the report thread.
    private @Nullable NodeReport written;
    private boolean exists;
    private int failures;
    private long notBefore = System.nanoTime();

    // What follows belongs to the lease thread.
    private boolean renewing = true;
    private int renewals;
    private String ownerUid = "";

    /**
     * @param client what is said is said once it is there; not closed by this
     * @param node name of the Node
     * @param report what the node says of itself now; for all threads
     * @param clock tells the time of renewal
     */
    public NodeReporter(
            CompletableFuture<KubernetesClient> client, String node, Supplier<NodeReport> report, InstantSource clock) {
        this.objects = new NodeObjects(client, node);
        this.node = node;
        this.report = report;
        this.clock = clock;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    /** Begins to report. */
    public void start() {
        var _ = leaseThread.scheduleWithFixedDelay(this::renew, 0, RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
        var _ = reportThread.scheduleWithFixedDelay(
                this::check, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
        changed();
    }

    /** The report may have changed. For all threads; never blocks. */
    public void changed() {
        if (pending.compareAndSet(false, true)) {
            schedule(0);
        }
    }

    /** Another process speaks for this node now: says nothing more, not even at the end. For all threads; never blocks. */
    public void pause() {
        paused = true;
    }

    /** Undoes {@link #pause}. For all threads; never blocks. */
    public void resume() {
        paused = false;
        try {
            reportThread.execute(this::check);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void schedule(long nanos) {
        try {
            var _ = reportThread.schedule(this::write, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed", e);
        }
    }

    private void write() {
        long wait = notBefore - System.nanoTime();
        if (wait > 0) {
            schedule(wait);
            return;
        }
        pending.set(false); // what changes from here on is another write
        try {
            if (writeIfChanged()) {
                notBefore = System.nanoTime() + WRITE_GAP.toNanos();
            }
            failures = 0;
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void failed(RuntimeException e) {
        if (reportThread.isShutdown()) {
            return;
        }
        if (failures == 0) {
            LOG.warn("cannot report the state of node {}, trying again: {}", node, ApiFailure.describe(e));
        } else {
            LOG.debug("cannot report the state of node {}", node, e);
        }
        long backoff = Math.min(MAX_BACKOFF.toNanos(), WRITE_GAP.toNanos() << Math.min(failures, 10));
        failures++;
        notBefore = System.nanoTime() + backoff;
        changed();
    }

    private boolean writeIfChanged() {
        NodeReport now = report.get();
        if (paused || now.equals(written)) {
            return false;
        }
        if (!exists) {
            objects.applyDataplaneNode(objects.ownerUid());
            exists = true;
        }
        try {
            objects.applyStatus(NodeStatus.of(now));
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                exists = false;
            }
            throw e;
        }
        written = now;
        return true;
    }

    /** Brings back a DataplaneNode that somebody has deleted. */
    private void check() {
        exists = false;
        written = null;
        changed();
    }

    private void renew() {
        if (paused) {
            return;
        }
        try {
            if (renewals++ % RENEWALS_PER_LOOKUP == 0) {
                ownerUid = objects.ownerUid();
            }
            objects.applyLease(ownerUid, holder(), clock.instant(), LEASE_SECONDS);
            if (!renewing) {
                LOG.info("node {} is known to be alive again", node);
            }
            renewing = true;
        } catch (RuntimeException e) {
            if (renewing && !leaseThread.isShutdown()) {
                LOG.warn("cannot renew the Lease of node {}, trying again: {}", node, ApiFailure.describe(e));
            }
            renewing = false;
            renewals = 0;
        }
    }

    private String holder() {
        return node + "_" + ProcessHandle.current().pid();
    }

    /** Writes the last report, if it can be written at once, gives the Lease away, and ends. */
    @Override
    public void close() {
        if (paused) {
            leaseThread.shutdownNow();
            reportThread.shutdownNow();
            return;
        }
        finish(reportThread, this::writeIfChanged);
        // One second, not none: the API takes positive durations only.
        finish(leaseThread, () -> objects.applyLease(ownerUid, "", clock.instant(), 1));
    }

    private void finish(ScheduledExecutorService thread, Runnable last) {
        try {
            thread.submit(last).get(LAST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("last report of node {}", node, e);
        }
        thread.shutdownNow();
    }
}
