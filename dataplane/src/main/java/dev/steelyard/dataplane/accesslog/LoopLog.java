package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.metrics.AccessLogMeters;
import dev.steelyard.dataplane.transport.Spares;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where one event loop writes its lines. For its thread alone, but for {@link #ring}. */
public final class LoopLog {

    /** About 3,000 lines: what a busy loop writes in 30 ms. */
    private static final int RING_OCTETS = 1 << 20;

    private static final int SPARE_ENTRIES = 256;

    private final Wake wake;
    private final InstantSource clock;
    private final AccessLogMeters meters;
    private final LineWriter lines = new LineWriter();
    private final Spares<LogEntry> entries = new Spares<>(SPARE_ENTRIES, LogEntry::new);
    private volatile @Nullable LogRing ring;

    /** Tells the writer that there is something; cheap when it knows already. */
    @FunctionalInterface
    interface Wake {

        /** @param urgent whether there will soon be no room for more */
        void wake(boolean urgent);
    }

    LoopLog(Wake wake, InstantSource clock, AccessLogMeters meters) {
        this.wake = wake;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Begins a line.
     *
     * @param log says how it looks
     * @param elapsedNanos how long ago began what it is about
     */
    public LogEntry begin(AccessLog log, long elapsedNanos) {
        return entries.take().begin(log, clock.millis() - TimeUnit.NANOSECONDS.toMillis(elapsedNanos));
    }

    /** Writes a line that {@link #begin} began, which is not to be used any more; drops it, and counts that, if the writer is behind. */
    public void write(LogEntry entry) {
        LineBuffer line = lines.write(entry);
        entries.give(entry);
        LogRing into = ring;
        if (into == null) {
            into = new LogRing(RING_OCTETS);
            ring = into;
        }
        if (into.offer(line.octets(), line.length())) {
            meters.written();
        } else {
            meters.dropped(1);
        }
        wake.wake(into.filling());
    }

    /** Its lines; null before the first. On the writer's thread. */
    @Nullable
    LogRing ring() {
        return ring;
    }
}
