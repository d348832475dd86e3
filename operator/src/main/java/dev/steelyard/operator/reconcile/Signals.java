package dev.steelyard.operator.reconcile;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers changes until they are taken. What comes in quick succession is taken together: one {@code kubectl apply} of several
 * objects, or the list with which a watch begins, should not be worked off object by object.
 */
final class Signals {

    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final EnumSet<Change> changes = EnumSet.noneOf(Change.class);
    private long last;

    /** Any thread; does not block. */
    void signal(Change change) {
        lock.lock();
        try {
            changes.add(change);
            last = System.nanoTime();
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for changes and takes them.
     *
     * @param atMostNanos how long to wait if there are none
     * @return empty if there were none in that time
     * @throws InterruptedException if interrupted
     */
    Set<Change> take(long atMostNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = atMostNanos;
            while (changes.isEmpty() && left > 0) {
                left = arrived.awaitNanos(left);
            }
            long first = System.nanoTime();
            while (!changes.isEmpty()
                    && System.nanoTime() - last < QUIET_NANOS
                    && System.nanoTime() - first < LONGEST_NANOS) {
                var _ = arrived.awaitNanos(QUIET_NANOS);
            }
            EnumSet<Change> taken = EnumSet.copyOf(changes);
            changes.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }
}
