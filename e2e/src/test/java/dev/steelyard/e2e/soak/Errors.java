package dev.steelyard.e2e.soak;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts what was done, and what went wrong, by kind. For all threads. */
final class Errors {
    private final Map<String, LongAdder> done = new ConcurrentSkipListMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentSkipListMap<>();

    void done(String kind) {
        done.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    void failed(String kind, Throwable cause) {
        String what = kind + ": " + cause.getClass().getSimpleName() + ": " + cause.getMessage();
        failed.computeIfAbsent(what, _ -> new LongAdder()).increment();
    }

    boolean none() {
        return failed.isEmpty();
    }

    /** Of the kinds named, those of which not one was done. */
    List<String> missing(List<String> kinds) {
        return kinds.stream().filter(kind -> !done.containsKey(kind)).toList();
    }

    @Override
    public String toString() {
        return "done: " + done + (failed.isEmpty() ? ", no errors" : "\nERRORS:\n" + lines());
    }

    private String lines() {
        return failed.entrySet().stream()
                .map(entry -> "  " + entry.getValue() + " times " + entry.getKey())
                .collect(Collectors.joining("\n"));
    }
}
