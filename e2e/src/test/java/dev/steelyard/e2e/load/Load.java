package dev.steelyard.e2e.load;

import dev.steelyard.e2e.process.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that ask for one target again and again, from {@link Builder#start()} until {@link #stop()}: some keep their
 * connection as long as the server does, some make a new one for each request.
 */
public final class Load implements AutoCloseable {
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final List<LoadClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private Load(Builder builder) {
        for (int i = 0; i < builder.keeping + builder.fresh; i++) {
            LoadClient client =
                    new LoadClient(builder.target, i < builder.keeping, builder.pause, builder.timeout, running);
            clients.add(client);
            // Not virtual: what else holds carriers must not make a load pause, which would hide failures.
            threads.add(Thread.ofPlatform().daemon().name("load-" + i).start(client));
        }
    }

    /** A load with 4 clients that keep their connections and 2 that do not, each with 2 ms between its requests. */
    public static Builder on(Target target) {
        return new Builder(target);
    }

    /** Right answers so far. */
    public long answered() {
        return clients.stream().mapToLong(LoadClient::answered).sum();
    }

    /** Lets every client finish its last request, and tells what they saw. */
    public LoadReport stop() {
        close();
        return LoadClient.report(clients);
    }

    /** Sends {@code count} requests one after the other over a kept connection, and tells what it saw. */
    public static LoadReport requests(Target target, int count) {
        LoadClient client =
                new LoadClient(target, true, Duration.ZERO, Duration.ofSeconds(10), new AtomicBoolean(true));
        client.run(count);
        return LoadClient.report(List.of(client));
    }

    @Override
    public void close() {
        running.set(false);
        Threads.join(threads);
    }

    /** How many clients, and how fast. */
    public static final class Builder {
        private final Target target;
        private int keeping = 4;
        private int fresh = 2;
        private Duration pause = Duration.ofMillis(2);
        private Duration timeout = Duration.ofSeconds(10);

        private Builder(Target target) {
            this.target = target;
        }

        /** Clients that keep their connection. */
        public Builder keeping(int count) {
            keeping = count;
            return this;
        }

        /** Clients that make a new connection for each request. */
        public Builder fresh(int count) {
            fresh = count;
            return this;
        }

        /** How long each client waits between its requests. */
        public Builder pause(Duration time) {
            pause = time;
            return this;
        }

        /** How long a connect or a read may take before the request counts as failed. */
        public Builder timeout(Duration time) {
            timeout = time;
            return this;
        }

        public Load start() {
            return new Load(this);
        }
    }
}
