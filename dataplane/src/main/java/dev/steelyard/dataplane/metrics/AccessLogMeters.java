package dev.steelyard.dataplane.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.atomic.LongAdder;

/** Counts the lines of the access log. For all threads; never blocks. */
public final class AccessLogMeters {

    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /** A line was handed to the writer. */
    public void written() {
        written.increment();
    }

    /** Lines were lost: there was no room for them, or they could not be written. */
    public void dropped(int lines) {
        dropped.add(lines);
    }

    /** Lines lost so far. */
    public long droppedSoFar() {
        return dropped.sum();
    }

    void collect(Families families) {
        families.count(families.logLines, Labels.EMPTY, written);
        families.count(families.logDropped, Labels.EMPTY, dropped);
    }
}
