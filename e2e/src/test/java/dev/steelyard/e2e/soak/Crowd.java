package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.process.Threads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients of all kinds, each in a thread that gives it turns until {@link #close}. */
final class Crowd implements AutoCloseable {
    private final Tally tally;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final List<Thread> threads = new ArrayList<>();

    Crowd(Tally tally) {
        this.tally = tally;
    }

    /** Starts so many of a kind. */
    Crowd with(int number, String kind, Client client) {
        Tally.Count count = tally.of(kind);
        for (int i = 0; i < number; i++) {
            threads.add(
                    Thread.ofPlatform().daemon().name("soak-" + kind + "-" + i).start(() -> turns(client, count)));
        }
        return this;
    }

    private void turns(Client client, Tally.Count count) {
        while (running.get()) {
            try {
                client.turn(count);
            } catch (IOException | RuntimeException | AssertionError e) {
                count.failed(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Lets each finish its turn. */
    @Override
    public void close() {
        running.set(false);
        Threads.join(threads);
    }
}
