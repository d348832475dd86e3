package dev.steelyard.dataplane.health;

import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.snapshot.HealthCheck.Probe;
import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Probes endpoints at intervals, spread over the event loops in turn. Used on the control thread; results come back to it.
 *
 * <p>Probes of one endpoint never overlap. Intervals vary by a twentieth at random, so that the probes of many endpoints, and of many
 * nodes to one endpoint, do not fall into step.
 */
public final class Prober {

    private final EventLoops loops;
    private final BiFunction<Probe, Optional<ProxyProtocolVersion>, HealthCheck> checks;
    private final Executor control;
    private final RandomGenerator random;
    private int next;

    /**
     * @param checks makes the check for a definition: {@link HealthChecks#of}
     * @param control where results are told
     * @param random spreads probes; used on the control thread
     */
    public Prober(
            EventLoops loops,
            BiFunction<Probe, Optional<ProxyProtocolVersion>, HealthCheck> checks,
            Executor control,
            RandomGenerator random) {
        this.loops = loops;
        this.checks = checks;
        this.control = control;
        this.random = random;
    }

    /** The probing of one endpoint. */
    public interface Watch {

        /** Ends it; no result is told after this returns. Control thread. */
        void stop();

        /** How many probes have failed so far. Any thread. */
        long failures();
    }

    /**
     * Begins to probe an endpoint.
     *
     * @param endpoint with its own port
     * @param definition how
     * @param proxyProtocol header that goes before the probe, since the endpoint expects one; not where another port is probed
     * @param spread the first probe begins at random within this time
     * @param verdict told on the control thread: the first outcome, then each that turns the endpoint up or down, and each new reason for
     *     which it is down
     */
    public Watch watch(
            Target endpoint,
            dev.steelyard.snapshot.HealthCheck definition,
            Optional<ProxyProtocolVersion> proxyProtocol,
            Duration spread,
            Consumer<Outcome> verdict) {
        EventLoop loop = loops.get(next);
        next = (next + 1) % loops.size();
        Target target = definition.port() == 0 ? endpoint : endpoint.on(definition.port());
        ProbeCycle cycle = new ProbeCycle(
                loop,
                target,
                checks.apply(definition.probe(), definition.port() == 0 ? proxyProtocol : Optional.empty()),
                definition,
                new SplittableRandom(random.nextLong()),
                control,
                verdict);
        cycle.begin(random.nextLong(Math.max(1, spread.toNanos())));
        return cycle;
    }
}
