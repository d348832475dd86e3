package dev.steelyard.dataplane.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The requests that are under way to one pool from this node, and how many of them are retries. Event loops count requests each in a place
 * of their own, so that none waits for another; retries, which are rare, all in one.
 */
public final class PoolLoad {

    /** Numbers of two loops are never in one cache line. */
    private static final int STRIDE = 32;

    private final AtomicIntegerArray underWay;
    private final AtomicInteger retrying = new AtomicInteger();

    /** @param loops how many event loops there are, at least 1 */
    PoolLoad(int loops) {
        underWay = new AtomicIntegerArray(loops * STRIDE);
    }

    /** A request begins; on the event loop of that index, as its {@link #end}. */
    public void begin(int loop) {
        add(loop, 1);
    }

    /** It has ended, after all its attempts. */
    public void end(int loop) {
        add(loop, -1);
    }

    private void add(int loop, int more) {
        int place = loop * STRIDE;
        underWay.setRelease(place, underWay.getPlain(place) + more);
    }

    /** Requests under way: exact at rest. */
    public int underWay() {
        int sum = 0;
        for (int place = 0; place < underWay.length(); place += STRIDE) {
            sum += underWay.getAcquire(place);
        }
        return sum;
    }

    /** Requests that are being tried again, or wait for that. */
    public int retrying() {
        return retrying.get();
    }

    /**
     * Begins to retry a request, if the budget allows it; followed by one {@link #retried} when the request has ended.
     *
     * @param percent of the requests under way that may be retried at once
     * @param min that may always be
     */
    public boolean retry(int percent, int min) {
        int most = Math.max(min, (int) ((long) underWay() * percent / 100));
        if (retrying.incrementAndGet() <= most) {
            return true;
        }
        retrying.decrementAndGet();
        return false;
    }

    /** A retried request has ended. */
    public void retried() {
        retrying.decrementAndGet();
    }
}
