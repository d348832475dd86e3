package dev.steelyard.dataplane.exchange;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Logs what programs behind endpoints say on their standard error, a few lines in a second: the log is no place for one that complains with
 * every request. On its event loop.
 */
final class Complaints {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int MOST = 10;

    private final LongSupplier clock;
    private final Consumer<String> log;
    private long window = Long.MIN_VALUE;
    private int logged;
    private int withheld;

    /**
     * @param clock nanoseconds
     */
    Complaints(LongSupplier clock, Consumer<String> log) {
        this.clock = clock;
        this.log = log;
    }

    /** Logs a line, or counts it for the next one that is logged. */
    void say(String line) {
        long now = clock.getAsLong();
        if (window == Long.MIN_VALUE || now - window >= WINDOW_NANOS) {
            window = now;
            logged = 0;
        }
        if (logged == MOST) {
            withheld++;
            return;
        }
        logged++;
        log.accept(withheld == 0 ? line : line + " (" + withheld + " before it not logged)");
        withheld = 0;
    }
}
