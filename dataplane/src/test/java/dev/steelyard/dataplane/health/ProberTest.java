package dev.steelyard.dataplane.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.health.Outcome.Fault;
import dev.steelyard.dataplane.health.Prober.Watch;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.EventLoops.Transport;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import dev.steelyard.snapshot.HealthCheck.Tcp;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProberTest {

    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("192.0.2.1", 80);

    private final EventLoops loops = EventLoops.start(Transport.preferred(), 3);
    private final ExecutorService control = Executors.newSingleThreadExecutor(task -> new Thread(task, "control"));
    private final List<Outcome> verdicts = new CopyOnWriteArrayList<>();
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        loops.close();
        control.shutdownNow();
    }

    @Test
    void aBackendGoesDownAndComesBack() {
        try (Backend backend = new Backend(Backend.status(200))) {
            Prober prober = prober();
            Http http = new Http("GET", "/", "", new TreeMap<>(), List.of(new StatusRange(200, 200)));
            watch(
                    prober,
                    backend.address(),
                    new dev.steelyard.snapshot.HealthCheck(
                            http, 0, Duration.ofMillis(20), Duration.ofSeconds(5), 2, 3));
            await().untilAsserted(() -> assertThat(verdicts).containsExactly(Outcome.HEALTHY));

            backend.answer(Backend.status(503));
            await().untilAsserted(() -> assertThat(verdicts)
                    .last()
                    .isEqualTo(Outcome.unhealthy(Fault.STATUS, "HTTP status 503, expected 200")));
            backend.answer(Backend.status(200));
            await().untilAsserted(() -> assertThat(verdicts).hasSize(3).last().isEqualTo(Outcome.HEALTHY));

            assertThat(threads).containsExactly("control");
        }
    }

    @Test
    void silenceIsAFailureOnceTheTimeIsUp() {
        try (Backend backend = new Backend("hold")) {
            Http http = new Http("GET", "/", "", new TreeMap<>(), List.of(new StatusRange(200, 200)));
            watch(
                    prober(),
                    backend.address(),
                    new dev.steelyard.snapshot.HealthCheck(
                            http, 0, Duration.ofMillis(20), Duration.ofMillis(50), 1, 1));

            await().untilAsserted(() ->
                    assertThat(verdicts).containsExactly(Outcome.unhealthy(Fault.TIMEOUT, "no answer within 50ms")));
            await("probes go on").until(() -> backend.requests.size() > 2);
        }
    }

    @Test
    void aPortOfItsOwnIsProbed() {
        try (Backend backend = new Backend("hold")) {
            int port = backend.address().getPort();
            watch(prober(), new InetSocketAddress(backend.address().getAddress(), 1), tcp(port, 20));

            await().untilAsserted(() -> assertThat(verdicts).containsExactly(Outcome.HEALTHY));
        }
    }

    @Test
    void nothingIsToldOrProbedAfterTheEnd() {
        AtomicInteger probes = new AtomicInteger();
        HealthCheck silent = (loop, endpoint, outcome) -> probes.incrementAndGet();
        Prober prober = new Prober(loops, (probe, proxyProtocol) -> silent, control, new SplittableRandom(1));
        Watch watch = watch(prober, ANYWHERE, tcp(0, 10));
        await().until(() -> probes.get() == 1);

        watch.stop();

        await("the probe under way is let go").until(() -> pendingTasks() == 0);
        assertThat(probes).hasValue(1);
        assertThat(verdicts).isEmpty();
    }

    @Test
    void aCheckThatThrowsIsAFailureAndGoesOn() {
        AtomicInteger probes = new AtomicInteger();
        HealthCheck broken = (loop, endpoint, outcome) -> {
            probes.incrementAndGet();
            throw new IllegalStateException("no such method");
        };
        watch(
                new Prober(loops, (probe, proxyProtocol) -> broken, control, new SplittableRandom(1)),
                ANYWHERE,
                tcp(0, 10));

        await().untilAsserted(() ->
                assertThat(verdicts).containsExactly(Outcome.unhealthy("cannot be checked: no such method")));
        await().until(() -> probes.get() > 2);
    }

    @Test
    void endpointsAreSpreadOverTheLoops() {
        Set<String> used = ConcurrentHashMap.newKeySet();
        HealthCheck noting = (loop, endpoint, outcome) -> {
            used.add(Thread.currentThread().getName());
            outcome.trySuccess(Outcome.HEALTHY);
        };
        Prober prober = new Prober(loops, (probe, proxyProtocol) -> noting, control, new SplittableRandom(1));
        for (int i = 0; i < 3; i++) {
            watch(prober, ANYWHERE, tcp(0, 1000));
        }

        await().until(() -> used.size() == 3);
    }

    private int pendingTasks() {
        int pending = 0;
        for (int i = 0; i < loops.size(); i++) {
            pending += ((io.netty.util.concurrent.SingleThreadEventExecutor) loops.get(i)).pendingTasks();
        }
        return pending;
    }

    private Prober prober() {
        return new Prober(
                loops,
                (probe, proxyProtocol) -> HealthChecks.of(probe, new ProbeSocket(loops.socket(), proxyProtocol)),
                control,
                new SplittableRandom(1));
    }

    private Watch watch(Prober prober, InetSocketAddress endpoint, dev.steelyard.snapshot.HealthCheck definition) {
        return prober.watch(new Target(endpoint, "", null), definition, Optional.empty(), Duration.ZERO, verdict -> {
            threads.add(Thread.currentThread().getName());
            verdicts.add(verdict);
        });
    }

    private static dev.steelyard.snapshot.HealthCheck tcp(int port, int intervalMillis) {
        return new dev.steelyard.snapshot.HealthCheck(
                new Tcp(), port, Duration.ofMillis(intervalMillis), Duration.ofSeconds(5), 2, 3);
    }
}
