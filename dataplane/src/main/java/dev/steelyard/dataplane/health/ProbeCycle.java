package dev.steelyard.dataplane.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The probes of one endpoint, one after the other on one event loop. Begun and stopped on the control thread. */
final class ProbeCycle implements Prober.Watch {

    private static final double JITTER = 0.05;

    private final EventLoop loop;
    private final Target target;
    private final HealthCheck check;
    private final dev.steelyard.snapshot.HealthCheck definition;
    private final RandomGenerator random;
    private final Executor control;
    private final Consumer<Outcome> verdict;
    private final RiseFall riseFall;
    private volatile boolean stopped;
    private final LongAdder failures = new LongAdder();
    private @Nullable Future<?> nextProbe;
    private @Nullable Promise<Outcome> underWay;

    ProbeCycle(
            EventLoop loop,
            Target target,
            HealthCheck check,
            dev.steelyard.snapshot.HealthCheck definition,
            RandomGenerator random,
            Executor control,
            Consumer<Outcome> verdict) {
        this.loop = loop;
        this.target = target;
        this.check = check;
        this.definition = definition;
        this.random = random;
        this.control = control;
        this.verdict = verdict;
        this.riseFall = new RiseFall(definition.rise(), definition.fall());
    }

    void begin(long delayNanos) {
        loop.execute(() -> schedule(delayNanos));
    }

    @Override
    public void stop() {
        stopped = true;
        if (!loop.isShuttingDown()) {
            loop.execute(this::cease);
        }
    }

    private void schedule(long delayNanos) {
        if (!stopped) {
            nextProbe = loop.schedule(this::probe, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void probe() {
        long started = System.nanoTime();
        Promise<Outcome> outcome = loop.newPromise();
        underWay = outcome;
        Future<?> deadline = loop.schedule(
                () -> outcome.trySuccess(
                        Outcome.unhealthy(Outcome.Fault.TIMEOUT, "no answer within " + text(definition.timeout()))),
                definition.timeout().toNanos(),
                TimeUnit.NANOSECONDS);
        outcome.addListener(done -> {
            deadline.cancel(false);
            underWay = null;
            if (!stopped) {
                take(outcome.getNow());
                schedule(Math.max(0, started + interval() - System.nanoTime()));
            }
        });
        try {
            check.probe(loop, target, outcome);
        } catch (RuntimeException e) {
            outcome.trySuccess(Outcome.unhealthy("cannot be checked: " + e.getMessage()));
        }
    }

    @Override
    public long failures() {
        return failures.sum();
    }

    private void take(Outcome outcome) {
        if (!outcome.healthy()) {
            failures.increment();
        }
        if (riseFall.take(outcome)) {
            control.execute(() -> {
                if (!stopped) {
                    verdict.accept(outcome);
                }
            });
        }
    }

    private void cease() {
        if (nextProbe != null) {
            nextProbe.cancel(false);
        }
        if (underWay != null) {
            underWay.trySuccess(Outcome.HEALTHY); // nobody looks at it any more; the check lets go of its connection
        }
    }

    private long interval() {
        double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
        return Math.round(definition.interval().toNanos() * factor);
    }

    private static String text(Duration duration) {
        long millis = duration.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
