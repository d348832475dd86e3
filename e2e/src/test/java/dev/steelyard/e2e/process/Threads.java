package dev.steelyard.e2e.process;

import java.util.List;

/** Threads of clients. */
public final class Threads {
    private Threads() {}

    /** Waits until all have ended. */
    public static void join(List<Thread> threads) {
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while " + thread.getName() + " ended", e);
            }
        }
    }
}
