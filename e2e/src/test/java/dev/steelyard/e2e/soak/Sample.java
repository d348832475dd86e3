package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a Steelyard takes at one moment, after a collection of its garbage.
 *
 * @param heap bytes in use
 * @param buffers bytes outside the heap for buffers
 * @param rss bytes of the process that are in memory
 * @param files open file descriptors
 */
record Sample(long heap, long buffers, long rss, long files, long threads, long editions) {
    private static final long MIB = 1 << 20;

    static Sample of(SteelyardProcess steelyard) {
        steelyard.showLeaks();
        List<String> metrics = steelyard.admin("/metrics").body().lines().toList();
        return new Sample(
                sum(metrics, "jvm_memory_used_bytes{area=\"heap\""),
                sum(metrics, "steelyard_buffer_memory_bytes "),
                rss(steelyard.pid()),
                sum(metrics, "process_files_open_files "),
                sum(metrics, "jvm_threads_live_threads "),
                sum(metrics, "steelyard_editions_live "));
    }

    private static long sum(List<String> metrics, String prefix) {
        List<String> lines =
                metrics.stream().filter(line -> line.startsWith(prefix)).toList();
        if (lines.isEmpty()) {
            throw new IllegalStateException("no metric " + prefix);
        }
        return (long) lines.stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static long rss(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What grew from the first sample to this one by more than chance explains; empty if nothing did. */
    List<String> growthSince(Sample first) {
        return Stream.of(
                        grown("heap", first.heap, heap, first.heap / 4 + 8 * MIB),
                        grown("buffers", first.buffers, buffers, first.buffers / 2 + 16 * MIB),
                        grown("rss", first.rss, rss, first.rss / 4 + 32 * MIB),
                        grown("files", first.files, files, 40),
                        grown("threads", first.threads, threads, 8),
                        grown("editions", 0, editions, 12))
                .filter(text -> !text.isEmpty())
                .toList();
    }

    private static String grown(String what, long before, long after, long allowed) {
        return after - before > allowed ? what + " grew from " + before + " to " + after : "";
    }

    @Override
    public String toString() {
        return "heap %d MiB, buffers %d MiB, rss %d MiB, files %d, threads %d, editions %d"
                .formatted(heap / MIB, buffers / MIB, rss / MIB, files, threads, editions);
    }
}
