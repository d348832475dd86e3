package dev.steelyard.operator.reconcile;

import dev.steelyard.operator.lead.LeaderElection;
import dev.steelyard.operator.publish.NotLeadingException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which everything is decided: it waits for changes and, while this replica leads and every watch is current,
 * makes what is published and the desired statuses follow from what is declared.
 */
final class Pipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    /** Leases run out without anybody signalling it. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Everything is looked at this often even if nothing signals a change; it costs little when there is none. */
    private static final long FULL_LOOK_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long BEHIND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Signals signals = new Signals();
    private final TermFactory terms;
    private final BooleanSupplier leading;
    private final Kinds kinds;
    private final Watches watches;
    private final OperatorMeters meters;
    private final Thread thread;
    private volatile List<String> behind = List.of();
    private volatile boolean closed;
    private @Nullable Term term;
    private long fullLookAt;
    private long judgedAt;

    /** Begins what a leader does. */
    @FunctionalInterface
    interface TermFactory {
        /**
         * @throws NotLeadingException if another replica leads after all
         * @throws KubernetesClientException if the API server does not answer
         */
        Term begin() throws NotLeadingException;
    }

    /**
     * @param leading {@link LeaderElection#leading}
     */
    Pipeline(BooleanSupplier leading, Kinds kinds, Watches watches, TermFactory terms, OperatorMeters meters) {
        this.leading = leading;
        this.kinds = kinds;
        this.watches = watches;
        this.terms = terms;
        this.meters = meters;
        this.thread = Thread.ofPlatform().name("pipeline").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Any thread; does not block. */
    void signal(Change change) {
        signals.signal(change);
    }

    /** Whether the thread runs. */
    boolean alive() {
        return thread.isAlive();
    }

    /** Kinds that were not current at the last look: while there are any, nothing is published. */
    List<String> behind() {
        return behind;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        EnumSet<Change> todo = EnumSet.allOf(Change.class);
        long pause = 0;
        while (!closed) {
            try {
                Set<Change> taken = signals.take(pause > 0 ? pause : LOOK_NANOS);
                todo.addAll(taken);
                todo.add(Change.REPORTED);
                pause = step(todo);
            } catch (InterruptedException e) {
                return;
            } catch (NotLeadingException e) {
                LOG.warn("stops publishing: {}", e.getMessage());
                end();
                pause = RETRY_NANOS;
            } catch (KubernetesClientException e) {
                LOG.warn("the API server does not take what is to be published, trying again: {}", e.getMessage());
                meters.failed();
                pause = RETRY_NANOS;
            } catch (RuntimeException e) {
                LOG.error("what is published stays as it is, trying again", e);
                meters.failed();
                todo.add(Change.DECLARED);
                pause = LOOK_NANOS;
            }
            if (pause > 0 && !closed) {
                pause(pause);
            }
        }
    }

    /**
     * Does what is to be done, and removes it from {@code todo}.
     *
     * @return nanoseconds after which to try again what could not be done now; 0: everything is done
     */
    private long step(EnumSet<Change> todo) throws NotLeadingException {
        List<String> lagging = new ArrayList<>(kinds.behind());
        lagging.addAll(watches.behind());
        behind = List.copyOf(lagging);
        if (!leading.getAsBoolean()) {
            end();
            return 0;
        }
        Term current = term;
        long now = System.nanoTime();
        if (!lagging.isEmpty()) {
            // Nodes come and go meanwhile all the same, and their statuses should say so.
            if (current != null && watches.reporting() && now - judgedAt > LOOK_NANOS) {
                judge(current);
            }
            return BEHIND_NANOS;
        }
        if (current == null) {
            current = terms.begin();
            term = current;
            todo.add(Change.DECLARED);
        }
        if (now - fullLookAt > FULL_LOOK_NANOS) {
            todo.add(Change.DECLARED);
        }
        boolean complete = true;
        if (todo.contains(Change.DECLARED)) {
            fullLookAt = now;
            try {
                complete = current.publish();
            } finally {
                judge(current);
            }
        } else {
            judge(current);
        }
        todo.clear();
        if (current.holdsBack()) {
            todo.add(Change.DECLARED);
        }
        if (!complete) {
            todo.add(Change.DECLARED);
            return RETRY_NANOS;
        }
        return 0;
    }

    private void judge(Term current) {
        judgedAt = System.nanoTime();
        current.judge();
    }

    private void end() {
        if (term != null) {
            term = null;
            kinds.clear();
            meters.leading(false);
        }
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
