package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.load.LoadReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts by kind of client what was done, and what went wrong and why. For all threads. */
final class Tally {
    private final Map<String, Count> counts = new ConcurrentSkipListMap<>();

    /** The count of one kind. */
    static final class Count {
        private final LongAdder done = new LongAdder();
        private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

        /** So many requests, connections or conversations, whatever the kind counts, went as they should. */
        void done(long times) {
            done.add(times);
        }

        void failed(String why, long times) {
            failed.computeIfAbsent(why, _ -> new LongAdder()).add(times);
        }

        void failed(Throwable cause) {
            failed(cause.getClass().getSimpleName() + ": " + cause.getMessage(), 1);
        }

        private long failures() {
            return failed.values().stream().mapToLong(LongAdder::sum).sum();
        }

        private String reasons() {
            return failed.entrySet().stream()
                    .map(entry -> "\n      " + entry.getValue() + " times " + entry.getKey())
                    .collect(Collectors.joining());
        }
    }

    Count of(String kind) {
        return counts.computeIfAbsent(kind, _ -> new Count());
    }

    void add(String kind, LoadReport report) {
        Count count = of(kind);
        count.done(report.answered());
        report.failures().forEach(failure -> count.failed(failure.toString(), 1));
    }

    long failures() {
        return counts.values().stream().mapToLong(Count::failures).sum();
    }

    /** The kinds of which nothing was done. */
    List<String> idle() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue().done.sum() == 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A line for each kind, and under it one for each reason of failures. */
    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(entry -> "  %-18s %9d done %6d failed%s"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().done.sum(),
                                entry.getValue().failures(),
                                entry.getValue().reasons()))
                .collect(Collectors.joining("\n"));
    }
}
