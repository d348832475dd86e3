package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.all;
import static dev.steelyard.e2e.installed.Manifests.endpoints;
import static dev.steelyard.e2e.installed.Manifests.pool;
import static dev.steelyard.e2e.installed.Manifests.service;
import static dev.steelyard.e2e.installed.Manifests.virtualService;

import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** How long a change takes until clients notice; printed, not judged. */
class ChangeLatencyIT {
    private static final int PORT = 8121;
    private static final String HOST = "latency.example.com";
    private static final int CHANGES = 100;

    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    /** The last backend that answered, and when it was first seen after another. */
    private record Seen(String backend, long at) {}

    @Test
    void eachChangeIsServed() {
        try (Tenant tenant = installed.tenant("latency");
                EchoServer a = Installed.backend("a");
                EchoServer b = Installed.backend("b")) {
            tenant.apply(all("a", PORT, HOST, a), service("b"), endpoints("b", b), pool("b", "b"));
            tenant.awaitAnswers(PORT, HOST, a);
            AtomicReference<Seen> seen = new AtomicReference<>(new Seen("a", 0));
            Target target = node.target(PORT, HOST, "/").expecting(answer -> note(answer, seen));
            try (Load load = Load.on(target)
                    .keeping(1)
                    .fresh(0)
                    .pause(Duration.ofMillis(1))
                    .start()) {
                measure("kubectl apply", seen, backend -> tenant.apply(virtualService("a", PORT, HOST, backend)));
                measure(
                        "a PATCH",
                        seen,
                        backend -> installed
                                .cluster()
                                .client()
                                .resources(VirtualService.class)
                                .inNamespace(tenant.namespace())
                                .withName("a")
                                .patch(
                                        PatchContext.of(PatchType.JSON_MERGE),
                                        "{\"spec\":{\"pool\":\"" + backend + "\"}}"));
                load.stop().requireNoFailures(CHANGES);
            }
        }
    }

    private static boolean note(Answer answer, AtomicReference<Seen> seen) {
        String backend = answer.text().strip();
        if (!seen.get().backend().equals(backend)) {
            seen.set(new Seen(backend, System.nanoTime()));
        }
        return answer.status() == 200;
    }

    /** Tells the times both from before the change is sent and from its acknowledgement, which traffic may precede. */
    private static void measure(String by, AtomicReference<Seen> seen, Consumer<String> change) {
        List<Long> sinceBegun = new ArrayList<>();
        List<Long> sinceDone = new ArrayList<>();
        for (int i = 0; i < CHANGES; i++) {
            String next = i % 2 == 0 ? "b" : "a";
            long begun = System.nanoTime();
            change.accept(next);
            long done = System.nanoTime();
            eventually()
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> seen.get().backend().equals(next));
            long served = seen.get().at();
            sinceBegun.add((served - begun) / 1000);
            sinceDone.add((served - done) / 1000);
        }
        print("the beginning of " + by, sinceBegun);
        print("the end of " + by, sinceDone);
    }

    private static void print(String from, List<Long> micros) {
        Collections.sort(micros);
        System.out.printf(
                "e2e: change to first request served by it, from %s, %d changes: p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                from, CHANGES, micros.get(at(50)) / 1e3, micros.get(at(99)) / 1e3, micros.getLast() / 1e3);
    }

    /** Where in the sorted times that is which so many of a hundred do not exceed. */
    private static int at(int percent) {
        return CHANGES * percent / 100 - 1;
    }
}
