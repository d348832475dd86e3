package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.metrics.Durations;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The whole node, second by second, for the charts. One thread. */
final class History {

    /** How many seconds are kept. */
    static final int SECONDS = 300;

    private final Deque<Point> points = new ArrayDeque<>();

    private record Point(
            long second,
            double requests,
            double errors,
            @Nullable Double p50,
            @Nullable Double p99) {}

    /**
     * One list for each number, all of one length, the oldest first.
     *
     * @param seconds Unix time
     * @param p50Millis no value where nothing ended
     */
    record Columns(
            List<Long> seconds,
            List<Double> requestsPerSecond,
            List<Double> errorsPerSecond,
            List<@Nullable Double> p50Millis,
            List<@Nullable Double> p99Millis) {}

    /** Takes a second. */
    void add(Instant at, double requests, double errors, Durations durations) {
        if (points.size() == SECONDS) {
            points.removeFirst();
        }
        points.addLast(new Point(
                at.getEpochSecond(),
                Numbers.rounded(requests),
                Numbers.rounded(errors),
                Numbers.orNull(durations.quantileMillis(0.5)),
                Numbers.orNull(durations.quantileMillis(0.99))));
    }

    Columns columns() {
        return new Columns(
                column(Point::second),
                column(Point::requests),
                column(Point::errors),
                column(Point::p50),
                column(Point::p99));
    }

    private <T extends @Nullable Object> List<T> column(Function<Point, T> number) {
        List<T> column = new ArrayList<>(points.size());
        points.forEach(point -> column.add(number.apply(point)));
        return column;
    }
}
