package dev.steelyard.dataplane.cache;

import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.dataplane.source.SnapshotSource;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what another source says, and keeps it. If that source says nothing for a while after the start, or may take no time at all,
 * what was kept before is delivered first.
 */
public final class CachingSnapshotSource implements SnapshotSource {

    private static final Logger LOG = LoggerFactory.getLogger(CachingSnapshotSource.class);

    private final SnapshotSource inner;
    private final SnapshotSet kept;
    private final StateWriter writer;
    private final ScheduledExecutorService timer;
    private final Duration patience;

    // What follows is guarded by this.
    private boolean delivered;
    private boolean closed;
    private @Nullable ScheduledFuture<?> fallback;

    /**
     * @param inner what to follow; closed with this
     * @param kept what was read from the state folder
     * @param writer not closed by this
     * @param timer runs the delivery of what was kept
     * @param patience how long the inner source may take for its first delivery; zero: what was kept is delivered before that starts
     */
    public CachingSnapshotSource(
            SnapshotSource inner,
            SnapshotSet kept,
            StateWriter writer,
            ScheduledExecutorService timer,
            Duration patience) {
        this.inner = inner;
        this.kept = kept;
        this.writer = writer;
        this.timer = timer;
        this.patience = patience;
    }

    @Override
    public void start(Consumer<SnapshotSet> receiver) {
        boolean nothingKept = kept.snapshots().isEmpty() && kept.revision() == 0;
        if (!nothingKept && patience.isZero()) {
            deliverKept(receiver);
        } else if (!nothingKept) {
            synchronized (this) {
                fallback = timer.schedule(() -> deliverKept(receiver), patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        inner.start(set -> deliver(set, receiver));
    }

    private synchronized void deliverKept(Consumer<SnapshotSet> receiver) {
        if (!delivered && !closed) {
            LOG.info(
                    "{}: serving the {} virtual services kept on this node (revision {})",
                    patience.isZero() ? "started again" : "no configuration within " + patience.toMillis() + " ms",
                    kept.snapshots().size(),
                    kept.revision());
            receiver.accept(kept);
            writer.snapshotsServed();
        }
    }

    private synchronized void deliver(SnapshotSet set, Consumer<SnapshotSet> receiver) {
        if (!closed) {
            delivered = true;
            receiver.accept(set);
            writer.snapshots(set);
        }
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
