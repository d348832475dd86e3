package dev.steelyard.dataplane.admin.stats;

import dev.steelyard.dataplane.admin.view.Served;
import dev.steelyard.dataplane.admin.view.Served.Readiness;
import dev.steelyard.dataplane.admin.view.Served.View;
import dev.steelyard.dataplane.metrics.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the counters of a node each second, and shows what they tell. For all threads. */
public final class Stats {

    private static final Logger LOG = LoggerFactory.getLogger(Stats.class);
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final Served served;
    private final ScheduledExecutorService thread;
    private final Traffic traffic;
    private final String host = hostName();
    private final Instant started =
            ProcessHandle.current().info().startInstant().orElseGet(Instant::now);

    /** @param thread a single one, where readings are taken until it ends, and what is shown is put together */
    public Stats(Served served, Meters meters, ScheduledExecutorService thread) {
        this.served = served;
        this.thread = thread;
        this.traffic = new Traffic(meters);
        // Not at once: a start has better things to do.
        var _ = thread.scheduleAtFixedRate(this::read, 1, 1, TimeUnit.SECONDS);
    }

    private static String hostName() {
        try {
            return Files.readString(HOST_NAME).strip();
        } catch (IOException e) {
            LOG.debug("this machine does not tell its name", e);
            return "";
        }
    }

    private void read() {
        try {
            var _ = shown(view -> {
                        traffic.read(view, System.nanoTime(), Instant.now());
                        return view;
                    })
                    .whenComplete((_, failure) -> {
                        if (failure != null) {
                            LOG.warn("cannot read the counters of this node", failure);
                        }
                    });
        } catch (RejectedExecutionException e) {
            LOG.debug("the dataplane is closing", e);
        }
    }

    private <T> CompletionStage<T> shown(Function<View, T> show) {
        return served.view().thenApplyAsync(show, thread);
    }

    /** The statistics as HAProxy tells its own, in CSV. */
    public CompletionStage<String> csv() {
        return shown(view -> HaproxyCsv.render(view, traffic, Instant.now()));
    }

    /** What becomes the JSON of {@code /api/v1/stats}. */
    public CompletionStage<Object> json() {
        return shown(this::stats);
    }

    /** The page, as HTML. */
    public CompletionStage<String> page() {
        return shown(view -> StatsPage.render(stats(view)));
    }

    private StatsView stats(View view) {
        Readiness readiness = served.readiness();
        return StatsView.of(
                view, traffic, StatsView.node(view, traffic, host, started, Instant.now(), readiness.reason()));
    }
}
