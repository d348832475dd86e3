package dev.steelyard.e2e.load;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One client of a load, with its thread; its findings are read after the thread has ended, but for the counts. */
final class LoadClient implements Runnable {
    private final Target target;
    private final boolean keeping;
    private final Duration pause;
    private final Duration timeout;
    private final AtomicBoolean running;

    private final List<LoadReport.Failure> failures = new ArrayList<>();
    private final List<Long> latencies = new ArrayList<>();
    private final Map<String, Long> byBackend = new TreeMap<>();
    private volatile long answered;
    private long retriedAfterIdleClose;
    private @Nullable ClientConnection connection;

    LoadClient(Target target, boolean keeping, Duration pause, Duration timeout, AtomicBoolean running) {
        this.target = target;
        this.keeping = keeping;
        this.pause = pause;
        this.timeout = timeout;
        this.running = running;
    }

    @Override
    public void run() {
        while (running.get()) {
            request();
            rest();
        }
        drop();
    }

    /** Sends so many requests, in the calling thread. */
    void run(int requests) {
        for (int i = 0; i < requests; i++) {
            request();
        }
        drop();
    }

    long answered() {
        return answered;
    }

    /** What clients saw that have ended. */
    static LoadReport report(List<LoadClient> clients) {
        Map<String, Long> byBackend = new TreeMap<>();
        clients.forEach(client -> client.byBackend.forEach((name, count) -> byBackend.merge(name, count, Long::sum)));
        long[] latencies = clients.stream()
                .flatMapToLong(client -> client.latencies.stream().mapToLong(Long::longValue))
                .sorted()
                .toArray();
        return new LoadReport(
                latencies.length,
                clients.stream().flatMap(client -> client.failures.stream()).toList(),
                clients.stream()
                        .mapToLong(client -> client.retriedAfterIdleClose)
                        .sum(),
                byBackend,
                latencies);
    }

    private void request() {
        Instant at = Instant.now();
        long begin = System.nanoTime();
        boolean used = connection != null;
        try {
            Answer answer = used ? exchangeOnUsed() : exchangeOnNew();
            if (target.due().test(answer)) {
                long nanos = System.nanoTime() - begin;
                latencies.add(nanos);
                byBackend.merge(answer.field("X-Backend").orElse(""), 1L, Long::sum);
                answered = latencies.size();
            } else {
                failures.add(new LoadReport.Failure(at, since(begin), !used, "not the answer due: " + answer));
            }
        } catch (IOException e) {
            String cause = e.getClass().getSimpleName() + ": " + e.getMessage();
            failures.add(new LoadReport.Failure(at, since(begin), !used, cause));
            drop();
        }
    }

    private Answer exchangeOnNew() throws IOException {
        connection = new ClientConnection(target, (int) timeout.toMillis());
        return exchange(connection);
    }

    private Answer exchangeOnUsed() throws IOException {
        try {
            return exchange(Objects.requireNonNull(connection));
        } catch (ClientConnection.NoAnswerException idleClose) {
            retriedAfterIdleClose++;
            drop();
            return exchangeOnNew();
        }
    }

    private Answer exchange(ClientConnection open) throws IOException {
        Answer answer = open.get(target.host(), target.path());
        if (!keeping) {
            // Else each request would hold a local port for a minute (TIME_WAIT), until there are none left.
            open.resetOnClose();
        }
        if (!keeping || !open.isReusable()) {
            drop();
        }
        return answer;
    }

    private void drop() {
        ClientConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it was of no use any more
            }
        }
    }

    private void rest() {
        if (pause.isPositive()) {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                running.set(false);
            }
        }
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }
}
