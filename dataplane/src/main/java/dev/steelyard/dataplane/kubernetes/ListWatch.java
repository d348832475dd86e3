package dev.steelyard.dataplane.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the objects of one kind: all of them first, then each change. What was delivered stays true while the API server is away:
 * nothing is delivered until it answers again, and then what has changed meanwhile.
 *
 * <p>Fabric8's informers would do, were it not for an API server that vanishes without closing its connections (a node loses power). Pings
 * notice that, unless a proxy in between answers them; and an informer renews its watch every 5 to 10 minutes only, so that for so long it
 * would see no endpoint leave. Here a watch is renewed from the last version seen after half a minute, which costs the API server one
 * request, moves no data, and proves that it is there.
 *
 * <p>The receiver is called on one thread, this object's own.
 */
final class ListWatch<T extends HasMetadata> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListWatch.class);

    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 5_000;

    private final String what;
    private final CompletionStage<? extends FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?>>
            connection;
    private final Receiver<T> receiver;
    private final long lifeMillis;
    private final RandomGenerator random;
    private final ScheduledExecutorService thread;

    // What follows belongs to the thread.
    private @Nullable FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> objects;
    private String version = "";
    private long generation;
    private @Nullable Watch current;
    private @Nullable Future<?> next;
    private int failures;

    /** Receives what is followed. Called on one thread; what it throws is logged, and everything is delivered anew. */
    interface Receiver<T> {

        /** These are all there are. */
        void replaced(List<T> all);

        /** One is new or changed. */
        void changed(T object);

        /** One is gone. */
        void deleted(T object);
    }

    /**
     * @param what for the log and the thread's name
     * @param connection which to follow, once there is a client to do it with
     * @param watchLife longest life of a watch; each ends at random in the second half of it, so that nodes do not come all at once
     */
    ListWatch(
            String what,
            CompletionStage<? extends FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?>> connection,
            Receiver<T> receiver,
            Duration watchLife,
            RandomGenerator random) {
        this.what = what;
        this.connection = connection;
        this.receiver = receiver;
        this.lifeMillis = watchLife.toMillis();
        this.random = random;
        this.thread = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("watch-" + what).daemon().factory());
    }

    void start() {
        var _ = connection.thenAccept(connected -> run(() -> {
            objects = connected;
            list();
        }));
    }

    /** Runs something on the receiver's thread; not after {@link #close}. */
    void run(Runnable task) {
        schedule(task, 0);
    }

    /** As {@link #run}, later. */
    void schedule(Runnable task, long millis) {
        try {
            var _ = thread.schedule(() -> guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed", what);
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (!thread.isShutdown()) {
                LOG.error("following {}: beginning anew", what, e);
                retry(this::list);
            }
        }
    }

    private void list() {
        stopWatching();
        KubernetesResourceList<T> all;
        try {
            all = objects().list(new ListOptions());
        } catch (KubernetesClientException e) {
            failed("list", e, this::list);
            return;
        }
        receiver.replaced(all.getItems());
        version = all.getMetadata().getResourceVersion();
        watch();
    }

    /** Renews the watch, from where the one before has come to. */
    private void watch() {
        stopWatching();
        long life = lifeMillis / 2 + random.nextLong(lifeMillis / 2);
        ListOptions options = new ListOptionsBuilder()
                .withResourceVersion(version)
                .withAllowWatchBookmarks(true)
                .withTimeoutSeconds(TimeUnit.MILLISECONDS.toSeconds(lifeMillis) + 30)
                .build();
        try {
            current = objects().watch(options, new Events(generation));
        } catch (KubernetesClientException e) {
            failed("watch", e, e.getCode() == HttpURLConnection.HTTP_GONE ? this::list : this::watch);
            return;
        }
        if (failures > 0) {
            LOG.info("following {} again", what);
            failures = 0;
        }
        next = thread.schedule(() -> guarded(this::watch), life, TimeUnit.MILLISECONDS);
    }

    private FilterWatchListDeletable<T, ? extends KubernetesResourceList<T>, ?> objects() {
        return Objects.requireNonNull(objects, "nothing to follow yet");
    }

    private void stopWatching() {
        generation++;
        if (next != null) {
            next.cancel(false);
            next = null;
        }
        if (current != null) {
            current.close();
            current = null;
        }
    }

    private void failed(String operation, Exception e, Runnable again) {
        if (thread.isShutdown()) {
            return;
        }
        if (failures == 0) {
            LOG.warn("cannot {} {}, going on with what is known: {}", operation, what, ApiFailure.describe(e));
        } else {
            LOG.debug("cannot {} {}", operation, what, e);
        }
        retry(again);
    }

    private void retry(Runnable again) {
        long limit = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures, 10));
        failures++;
        schedule(again, limit / 2 + random.nextLong(limit / 2));
    }

    private void event(Watcher.Action action, T object) {
        switch (action) {
            case ADDED, MODIFIED -> receiver.changed(object);
            case DELETED -> receiver.deleted(object);
            case BOOKMARK -> {}
            case ERROR -> throw new IllegalStateException("error event");
        }
        version = object.getMetadata().getResourceVersion();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("following {} did not end in time", what);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        // The thread has ended, and what belonged to it is ours.
        if (current != null) {
            current.close();
        }
    }

    /** Events of one watch; those of a watch that has been replaced are void. */
    private final class Events implements Watcher<T> {

        private final long mine;

        Events(long mine) {
            this.mine = mine;
        }

        @Override
        public void eventReceived(Action action, T object) {
            run(() -> {
                if (mine == generation) {
                    event(action, object);
                }
            });
        }

        @Override
        public void onClose(WatcherException cause) {
            run(() -> {
                if (mine == generation) {
                    stopWatching();
                    if (cause.isHttpGone()) {
                        list();
                    } else {
                        failed("watch", cause, ListWatch.this::list);
                    }
                }
            });
        }

        @Override
        public boolean reconnecting() {
            return true;
        }
    }
}
