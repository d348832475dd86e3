package dev.steelyard.e2e.node;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.kubernetes.NodeReporter;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.NodeReport.ListenerFailure;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.NodeReport.Resolved;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NodeReporterIT {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");

    private static StoppableCluster cluster;
    private static KubernetesClient client;

    private final AtomicReference<NodeReport> report = new AtomicReference<>(report(1));
    private final AtomicLong attempts = new AtomicLong();

    private static NodeReport report(long revision) {
        return new NodeReport("0.1.0", 1, 1, revision, List.of(), List.of(), List.of(), List.of());
    }

    @BeforeAll
    static void start() {
        cluster = Clusters.privateOne();
        client = NodeClients.of(cluster);
        if (client.namespaces().withName("steelyard-system").get() == null) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName("steelyard-system")
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    private static void node(String name) {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .create();
    }

    private static String get(String node, String jsonPath) {
        return cluster.kubectl()
                .get("get", "dataplanenode", node, "--ignore-not-found", "-o", "jsonpath={" + jsonPath + "}");
    }

    private static Lease lease(String node) {
        return client.leases()
                .inNamespace("steelyard-system")
                .withName("node-" + node)
                .get();
    }

    /** Each attempt to write begins with this; a second one shows that the first has failed. */
    private NodeReport asked() {
        attempts.incrementAndGet();
        return report.get();
    }

    private NodeReporter reporter(String node) {
        return new NodeReporter(completedFuture(client), node, this::asked, InstantSource.system());
    }

    @Test
    void writesWhatTheNodeSaysAndLetsItGoWithTheNode() {
        node("n1");
        try (NodeReporter reporter = reporter("n1")) {
            reporter.start();
            soon().until(() -> get("n1", ".status.appliedRevision").equals("1"));
            assertThat(get("n1", ".metadata.ownerReferences[0].kind")).isEqualTo("Node");

            report.set(new NodeReport(
                    "0.1.0",
                    1,
                    2,
                    3,
                    List.of(new Rejected(WEB, "abc", "r".repeat(5000))),
                    List.of(new ListenerFailure(WEB, "web", "port taken")),
                    Collections.nCopies(
                            300,
                            new EndpointDown(WEB, "10.0.0.1:80", "refused", Instant.parse("2026-01-02T03:04:05.678Z"))),
                    List.of(new Resolved(WEB, 4))));
            reporter.changed();
            soon().until(() -> get("n1", ".status.appliedRevision").equals("3"));
            assertThat(get("n1", ".status.epoch")).isEqualTo("2");
            assertThat(get("n1", ".status.rejected[0].virtualService")).isEqualTo("shop/web");
            assertThat(get("n1", ".status.rejected[0].reason")).hasSize(1024);
            assertThat(get("n1", ".status.listenerFailures[0].reason")).isEqualTo("port taken");
            assertThat(get("n1", ".status.down[0].since")).isEqualTo("2026-01-02T03:04:05Z");
            assertThat(get("n1", ".status.resolved[0].endpoints")).isEqualTo("4");

            report.set(report(4));
            reporter.changed();
            soon().until(() -> get("n1", ".status.appliedRevision").equals("4"));
            assertThat(get("n1", ".status.rejected[*].virtualService")).isEmpty();
        }
    }

    @Test
    void writesManyChangesAsFewAndTheLastOfThem() {
        node("n2");
        try (NodeReporter reporter = reporter("n2")) {
            reporter.start();
            soon().until(() -> get("n2", ".status.appliedRevision").equals("1"));
            List<String> versions = new CopyOnWriteArrayList<>();
            long begin = System.nanoTime();
            try (Watch _ = client.genericKubernetesResources("steelyard.dev/v1alpha1", "DataplaneNode")
                    .withName("n2")
                    .watch(new Versions(versions))) {
                for (int revision = 2; revision <= 500; revision++) {
                    report.set(report(revision));
                    reporter.changed();
                }
                soon().until(() -> get("n2", ".status.appliedRevision").equals("500"));
            }
            long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
            assertThat(versions).as("writes in %s s", seconds).hasSizeLessThanOrEqualTo((int) seconds + 3);
        }
    }

    private record Versions(List<String> seen) implements Watcher<GenericKubernetesResource> {

        @Override
        public void eventReceived(Action action, GenericKubernetesResource object) {
            seen.add(object.getMetadata().getResourceVersion());
        }

        @Override
        public void onClose(WatcherException cause) {
            seen.add("closed: " + cause.getMessage());
        }
    }

    @Test
    void renewsTheLeaseAndGivesItAwayAtTheEnd() {
        node("n3");
        try (NodeReporter reporter = reporter("n3")) {
            reporter.start();
            soon().until(() -> lease("n3") != null);
            Lease first = lease("n3");
            assertThat(first.getSpec().getLeaseDurationSeconds()).isEqualTo(10);
            assertThat(first.getSpec().getHolderIdentity()).startsWith("n3");
            assertThat(first.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getName()).isEqualTo("n3"));
            ZonedDateTime renewed = first.getSpec().getRenewTime();
            soon().until(() -> lease("n3").getSpec().getRenewTime().isAfter(renewed));
        }
        soon().untilAsserted(() -> {
            assertThat(lease("n3").getSpec().getHolderIdentity()).isIn("", null);
            assertThat(lease("n3").getSpec().getLeaseDurationSeconds()).isEqualTo(1);
        });
    }

    @Test
    void catchesUpAfterTheApiServerWasAway() {
        node("n4");
        try (NodeReporter reporter = reporter("n4")) {
            reporter.start();
            soon().until(() -> get("n4", ".status.appliedRevision").equals("1"));
            cluster.stopApiServer();
            report.set(report(7));
            long before = attempts.get();
            reporter.changed();
            soon().until(() -> attempts.get() >= before + 2);
            cluster.startApiServer();
            ZonedDateTime back = ZonedDateTime.now(ZoneOffset.UTC);
            soon().until(() -> get("n4", ".status.appliedRevision").equals("7"));
            soon().until(() -> lease("n4").getSpec().getRenewTime().isAfter(back));
        }
    }

    @Test
    void waitsForItsNode() {
        try (NodeReporter reporter = reporter("late")) {
            reporter.start();
            soon().until(() -> attempts.get() >= 2);
            assertThat(get("late", ".metadata.name")).isEmpty();
            node("late");
            soon().until(() -> get("late", ".status.appliedRevision").equals("1"));
        }
    }
}
