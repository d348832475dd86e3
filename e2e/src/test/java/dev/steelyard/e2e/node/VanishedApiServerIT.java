package dev.steelyard.e2e.node;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.kubernetes.KubernetesEndpointSource;
import dev.steelyard.dataplane.kubernetes.NodeReporter;
import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.operator.lead.LeaderElection;
import dev.steelyard.operator.lead.LeaseTerms;
import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An API server whose machine loses power closes no connection. Whoever talks to it has to notice, and to go on with the one that answers at
 * its address afterwards. That takes two pings, 10 s; the rest of the time allowed here is for a busy machine.
 */
class VanishedApiServerIT {

    private static final String NAMESPACE = "steelyard-system";
    /** So long that it is pings that notice. */
    private static final Duration WATCH_LIFE = Duration.ofHours(1);

    private static StoppableCluster cluster;
    private static KubernetesClient direct;

    private SilentProxy proxy;
    private KubernetesClient client;

    @BeforeAll
    static void start() {
        cluster = Clusters.privateOne();
        direct = NodeClients.of(cluster);
        direct.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .createOr(NonDeletingOperation::update);
    }

    @AfterAll
    static void stop() {
        direct.close();
        cluster.close();
    }

    @BeforeEach
    void connect() throws IOException {
        proxy = new SilentProxy(NodeClients.server(cluster));
        client = NodeClients.through(cluster, proxy.port());
    }

    @AfterEach
    void disconnect() throws IOException {
        client.close();
        proxy.close();
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    @Test
    void endpointsAreFollowedAgainWhenTheWatchWasEstablished() {
        ObjectKey service = new ObjectKey("default", "established");
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        Slices.put(direct, "established", service, "10.2.0.1");
        try (KubernetesEndpointSource source =
                new KubernetesEndpointSource(completedFuture(client), WATCH_LIFE, RandomGenerator.getDefault())) {
            source.start(receiver(service, seen));
            eventually().until(() -> seen.contains(List.of("10.2.0.1")));
            // What comes after the list comes through the watch.
            Slices.put(direct, "established", service, "10.2.0.2");
            eventually().until(() -> seen.contains(List.of("10.2.0.2")));
            assertThat(proxy.losePower()).isPositive();
            Slices.put(direct, "established", service, "10.2.0.3");
            eventually().until(() -> seen.contains(List.of("10.2.0.3")));
        }
        assertThat(seen)
                .as("each state once, none empty")
                .doesNotHaveDuplicates()
                .doesNotContain(List.of());
    }

    @Test
    void endpointsAreFollowedAgainWhenTheWatchWasJustBeingMade() {
        ObjectKey service = new ObjectKey("default", "young");
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        Slices.put(direct, "young", service, "10.3.0.1");
        try (KubernetesEndpointSource source =
                new KubernetesEndpointSource(completedFuture(client), WATCH_LIFE, RandomGenerator.getDefault())) {
            source.start((key, endpoints) -> {
                // Called between the list and the watch.
                if (key.equals(service) && seen.isEmpty()) {
                    proxy.losePowerAtNextConnection();
                }
                receiver(service, seen).endpoints(key, endpoints);
            });
            eventually().until(() -> seen.contains(List.of("10.3.0.1")));
            Slices.put(direct, "young", service, "10.3.0.2");
            eventually().until(() -> seen.contains(List.of("10.3.0.2")));
        }
        assertThat(seen).doesNotContain(List.of());
    }

    private static EndpointSource.Receiver receiver(ObjectKey service, List<List<String>> seen) {
        return (key, endpoints) -> {
            if (key.equals(service)) {
                seen.add(endpoints.stream()
                        .map(EndpointSource.ServiceEndpoint::address)
                        .toList());
            }
        };
    }

    @Test
    void aNodeRenewsItsLeaseAgain() {
        direct.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName("lonely")
                        .endMetadata()
                        .build())
                .create();
        NodeReport report = new NodeReport("0.1.0", 1, 1, 1, List.of(), List.of(), List.of(), List.of());
        try (NodeReporter reporter =
                new NodeReporter(completedFuture(client), "lonely", () -> report, InstantSource.system())) {
            reporter.start();
            eventually().until(() -> renewed("node-lonely") != null);
            assertThat(proxy.losePower()).isPositive();
            @Nullable ZonedDateTime before = renewed("node-lonely");
            eventually().until(() -> !Objects.equals(before, renewed("node-lonely")));
        }
    }

    @Test
    void aLeaderLeadsAgain() {
        LeaseTerms terms = LeaseTerms.of(NAMESPACE, "lonely-operator", "only", Duration.ofSeconds(6));
        try (LeaderElection election = new LeaderElection(client.getConfiguration(), terms, () -> {})) {
            election.start();
            eventually().until(election::leading);
            assertThat(proxy.losePower()).isPositive();
            @Nullable ZonedDateTime before = renewed("lonely-operator");
            eventually().until(() -> !Objects.equals(before, renewed("lonely-operator")) && election.leading());
        }
    }

    private static @Nullable ZonedDateTime renewed(String name) {
        Lease lease = direct.leases().inNamespace(NAMESPACE).withName(name).get();
        return lease == null ? null : lease.getSpec().getRenewTime();
    }
}
