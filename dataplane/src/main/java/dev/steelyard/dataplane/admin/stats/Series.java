package dev.steelyard.dataplane.admin.stats;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Readings of counters, taken each second and kept for some. One thread. */
final class Series<T> {

    /** How many seconds numbers of "now" are taken over. */
    static final int SECONDS = 10;

    private record Reading<T>(long nanos, T value) {}

    private final ToLongFunction<T> events;
    private final Deque<Reading<T>> readings = new ArrayDeque<>();
    private @Nullable Reading<T> last;
    private @Nullable Reading<T> previous;
    private double mostPerSecond;
    private long mostAtOnce;

    /** @param events what is counted per second */
    Series(ToLongFunction<T> events) {
        this.events = events;
    }

    /**
     * Of counters that were nothing a second before they are first read.
     *
     * @param now of the first reading, as {@link System#nanoTime}
     */
    static <T> Series<T> fromNothing(ToLongFunction<T> events, T nothing, long now) {
        Series<T> series = new Series<>(events);
        series.add(now - TimeUnit.SECONDS.toNanos(1), nothing, 0);
        return series;
    }

    /**
     * Takes a reading.
     *
     * @param now as {@link System#nanoTime}
     * @param atOnce what is open or under way
     */
    void add(long now, T value, long atOnce) {
        previous = last;
        last = new Reading<>(now, value);
        readings.addLast(last);
        if (readings.size() > SECONDS + 1) {
            readings.removeFirst();
        }
        mostPerSecond = Math.max(mostPerSecond, lastPerSecond());
        mostAtOnce = Math.max(mostAtOnce, atOnce);
    }

    private static <T> double rate(ToLongFunction<T> counter, Reading<T> from, Reading<T> to) {
        long nanos = to.nanos() - from.nanos();
        return nanos <= 0
                ? 0
                : Math.max(0, counter.applyAsLong(to.value()) - counter.applyAsLong(from.value())) * 1e9 / nanos;
    }

    /** How much a counter rises in a second, over the last seconds. */
    double perSecond(ToLongFunction<T> counter) {
        return readings.size() < 2 ? 0 : rate(counter, readings.getFirst(), readings.getLast());
    }

    /** The events of the last second. */
    double lastPerSecond() {
        return lastPerSecond(events);
    }

    /** How much another counter rose in the last second. */
    double lastPerSecond(ToLongFunction<T> counter) {
        Reading<T> to = last;
        Reading<T> from = previous;
        return to == null || from == null ? 0 : rate(counter, from, to);
    }

    /** The most events in a second so far. */
    double mostPerSecond() {
        return mostPerSecond;
    }

    /** The most at once so far, as far as readings saw it. */
    long mostAtOnce() {
        return mostAtOnce;
    }

    /** The reading before which all the others were taken, or {@code fallback} if there is none. */
    T oldest(T fallback) {
        return readings.isEmpty() ? fallback : readings.getFirst().value();
    }

    /** The last reading, or {@code fallback} if there is none. */
    T newest(T fallback) {
        Reading<T> known = last;
        return known == null ? fallback : known.value();
    }
}
