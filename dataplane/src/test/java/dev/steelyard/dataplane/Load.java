package dev.steelyard.dataplane;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send one request after the other until they are stopped, and note every one that fails. */
final class Load implements AutoCloseable {

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong served = new AtomicLong();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Opens a connection; a refused one is no failure, and ends that client. */
    @FunctionalInterface
    interface Connect {
        HttpConnection open() throws IOException;
    }

    /** Makes a request and says whether the answer is the right one. */
    @FunctionalInterface
    interface Exchange {
        boolean succeeds(HttpConnection connection) throws IOException;
    }

    /**
     * Adds a client.
     *
     * @param perConnection requests on one connection
     */
    Load client(int perConnection, Connect connect, Exchange exchange) {
        threads.add(Thread.ofPlatform().daemon().start(() -> run(perConnection, connect, exchange)));
        return this;
    }

    private void run(int perConnection, Connect connect, Exchange exchange) {
        while (!stopped.get()) {
            HttpConnection connection;
            try {
                connection = connect.open();
            } catch (ConnectException | SocketTimeoutException e) {
                return;
            } catch (IOException e) {
                failed.add("connecting: " + e);
                continue;
            }
            try (connection) {
                for (int i = 0; i < perConnection && connection.reusable() && !stopped.get(); i++) {
                    if (exchange.succeeds(connection)) {
                        served.incrementAndGet();
                    } else {
                        failed.add("wrong answer");
                    }
                }
            } catch (IOException e) {
                failed.add("request " + e);
            }
        }
    }

    long served() {
        return served.get();
    }

    List<String> failed() {
        return List.copyOf(failed);
    }

    /** Waits until all clients have been refused. */
    void awaitRefused() {
        for (Thread thread : threads) {
            try {
                thread.join(30_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        stopped.set(true);
        awaitRefused();
    }
}
