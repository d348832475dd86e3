package dev.steelyard.dataplane.transport;

import io.netty.util.concurrent.Ticker;

/**
 * The time as one event loop sees it: looked at once in each turn of the loop, when first asked for, since a look costs more than most of
 * what it is asked for. So it lags behind by the length of a turn at most: a millisecond or two under full load. For its loop's thread alone.
 */
final class TurnClock {

    private long nanos;
    private boolean looked;

    /** Nanoseconds of the clock that loops go by. */
    long now() {
        if (!looked) {
            looked = true;
            nanos = Ticker.systemTicker().nanoTime();
        }
        return nanos;
    }

    /** A turn begins: what has been waiting has been waiting until now. */
    void turn() {
        looked = false;
    }
}
