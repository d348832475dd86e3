package dev.steelyard.dataplane.transport;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines of one event loop's connections, for its thread alone. Made for deadlines that are moved with every message and hardly ever
 * pass: moving one later writes a field, and moving one earlier relinks it; nothing is allocated, and the loop wakes once a tick for all of
 * them, or not at all while there are none. A deadline passes up to one tick late, and early by no more than the clock lags behind.
 *
 * <p>A hashed wheel (Varghese and Lauck, 1987): each deadline is in the slot of a tick at or before its time, and is moved on when that tick
 * comes too soon.
 */
public final class Deadlines {

    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);

    /** Nanoseconds between two looks. */
    public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final int SLOTS = 1_024;

    private final EventLoop loop;
    private final LongSupplier clock;
    private final long origin;
    private final @Nullable Deadline[] slots = new Deadline[SLOTS];
    private long tick;
    private int linked;
    private boolean scheduled;

    public Deadlines(EventLoop loop) {
        this(loop, loop.ticker()::nanoTime);
    }

    /** @param clock in nanoseconds; may lag behind the loop's own by less than a tick */
    Deadlines(EventLoop loop, LongSupplier clock) {
        this.loop = loop;
        this.clock = clock;
        this.origin = loop.ticker().nanoTime();
    }

    /** Nanoseconds of the loop's clock, as of this turn of the loop: comparable with one another, and with nothing else. */
    public long now() {
        return clock.getAsLong() - origin;
    }

    /** A deadline that does not pass until it is given a time. */
    public Deadline deadline(Runnable passed) {
        return new Deadline(this, passed);
    }

    private void link(Deadline deadline) {
        if (!scheduled) {
            tick = now() / TICK_NANOS;
            schedule();
        }
        long wanted = Math.max(tick + 1, deadline.at / TICK_NANOS + 1);
        deadline.tick = Math.min(wanted, tick + SLOTS - 1);
        int slot = (int) (deadline.tick % SLOTS);
        Deadline first = slots[slot];
        deadline.next = first;
        if (first != null) {
            first.previous = deadline;
        }
        slots[slot] = deadline;
        linked++;
    }

    private void unlink(Deadline deadline) {
        Deadline previous = deadline.previous;
        Deadline next = deadline.next;
        if (previous == null) {
            slots[(int) (deadline.tick % SLOTS)] = next;
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        deadline.previous = null;
        deadline.next = null;
        deadline.tick = Deadline.UNLINKED;
        linked--;
    }

    private void schedule() {
        scheduled = true;
        var _ = loop.schedule(this::look, TICK_NANOS, TimeUnit.NANOSECONDS);
    }

    /** Stays scheduled while it looks: what is moved on meanwhile goes by the tick that is looked at, so never into the same slot again. */
    private void look() {
        long now = now();
        long due = now / TICK_NANOS;
        long first = Math.max(tick + 1, due - SLOTS + 1);
        for (long each = first; each <= due; each++) {
            tick = each;
            lookAt((int) (each % SLOTS), now);
        }
        scheduled = false;
        if (linked > 0) {
            schedule();
        }
    }

    /** What one connection makes of its deadline, were it for want of memory, must not keep the others' from passing. */
    private static void pass(Deadline deadline) {
        try {
            deadline.passed.run();
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a deadline's action failed", e);
        }
    }

    /** Whoever passes may move, link and unlink any deadline, also its own and its neighbours: the slot is read afresh each time. */
    private void lookAt(int slot, long now) {
        for (Deadline deadline = slots[slot]; deadline != null; deadline = slots[slot]) {
            unlink(deadline);
            if (deadline.at == Deadline.NEVER) {
                continue;
            }
            if (deadline.at <= now) {
                deadline.at = Deadline.NEVER;
                pass(deadline);
            } else {
                link(deadline);
            }
        }
    }

    /** One deadline, to be given time after time. */
    public static final class Deadline {

        private static final long NEVER = Long.MAX_VALUE;
        private static final long UNLINKED = -1;

        private final Deadlines deadlines;
        private final Runnable passed;
        private long at = NEVER;
        private long tick = UNLINKED;
        private @Nullable Deadline previous;
        private @Nullable Deadline next;

        private Deadline(Deadlines deadlines, Runnable passed) {
            this.deadlines = deadlines;
            this.passed = passed;
        }

        /** Sets it, by {@link Deadlines#now}; what was set before is void. */
        public void at(long nanos) {
            at = nanos;
            if (nanos == NEVER) {
                return;
            }
            if (tick == UNLINKED) {
                deadlines.link(this);
            } else if (nanos / TICK_NANOS + 1 < tick) {
                deadlines.unlink(this);
                deadlines.link(this);
            }
        }

        /** Sets it to so long from now; zero or less means never. */
        public void in(long nanos) {
            at(nanos <= 0 ? NEVER : deadlines.now() + nanos);
        }

        /** It does not pass any more, and is forgotten. To be called when its connection ends. */
        public void cancel() {
            at = NEVER;
            if (tick != UNLINKED) {
                deadlines.unlink(this);
            }
        }
    }
}
