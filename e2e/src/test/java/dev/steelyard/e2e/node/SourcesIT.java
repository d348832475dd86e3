package dev.steelyard.e2e.node;

import static dev.steelyard.e2e.node.PublishedSnapshots.snapshot;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.kubernetes.KubernetesEndpointSource;
import dev.steelyard.dataplane.kubernetes.KubernetesSnapshotSource;
import dev.steelyard.dataplane.source.EndpointSource;
import dev.steelyard.dataplane.source.SnapshotSet;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.snapshot.NodeReport.Rejected;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@TestMethodOrder(MethodOrderer.Random.class)
class SourcesIT {

    private static final ObjectKey WEB = new ObjectKey("shop", "web");
    private static final ObjectKey MAIL = new ObjectKey("office", "mail");
    private static final SnapshotSet NOTHING = new SnapshotSet(0, 0, new TreeMap<>(), List.of());
    private static final Duration WATCH_LIFE = Duration.ofSeconds(30);
    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();

    private static StoppableCluster cluster;
    private static KubernetesClient client;
    private static long revision;

    private final List<SnapshotSet> sets = new CopyOnWriteArrayList<>();
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();

    private record Delivery(ObjectKey service, List<String> addresses) {}

    @BeforeAll
    static void start() {
        cluster = Clusters.privateOne();
        client = NodeClients.of(cluster);
    }

    @AfterAll
    static void stop() {
        client.close();
        cluster.close();
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
    }

    private void awaitGeneration(ObjectKey key, long generation) {
        soon().until(() -> !sets.isEmpty()
                && snapshot(key, generation).equals(sets.getLast().snapshots().get(key)));
    }

    /** Services of this test alone: API servers have EndpointSlices of their own. */
    private EndpointSource.Receiver receiver(String namespace) {
        return (service, endpoints) -> {
            if (service.namespace().equals(namespace)) {
                deliveries.add(new Delivery(
                        service,
                        endpoints.stream()
                                .map(EndpointSource.ServiceEndpoint::address)
                                .toList()));
            }
        };
    }

    @Test
    void followsTheIndexThroughChangesAndARestartOfTheApiServer() {
        PublishedSnapshots published = new PublishedSnapshots(client);
        published.write(snapshot(WEB, 1));
        published.write(snapshot(MAIL, 1));
        published.index(1, ++revision);
        try (KubernetesSnapshotSource source =
                new KubernetesSnapshotSource(completedFuture(client), NOTHING, WATCH_LIFE, RANDOM)) {
            source.start(sets::add);
            awaitGeneration(WEB, 1);
            assertThat(sets)
                    .singleElement()
                    .satisfies(set -> assertThat(set.revision()).isEqualTo(revision));

            published.write(snapshot(WEB, 2));
            published.index(1, ++revision);
            awaitGeneration(WEB, 2);
            assertThat(sets.getLast().snapshots().get(MAIL))
                    .isSameAs(sets.getFirst().snapshots().get(MAIL));

            published.write(MAIL, "0".repeat(64), new byte[] {1, 2, 3});
            published.write(snapshot(WEB, 3));
            published.index(1, ++revision);
            awaitGeneration(WEB, 3);
            assertThat(sets.getLast().rejected())
                    .extracting(Rejected::virtualService)
                    .containsExactly(MAIL);
            assertThat(sets.getLast().snapshots()).containsEntry(MAIL, snapshot(MAIL, 1));

            int before = sets.size();
            cluster.stopApiServer();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            cluster.startApiServer();
            assertThat(sets).as("nothing is said while nothing is known").hasSize(before);
            published.write(snapshot(MAIL, 4));
            published.index(1, ++revision);
            awaitGeneration(MAIL, 4);
            assertThat(sets.getLast().rejected()).isEmpty();

            client.secrets()
                    .inNamespace(PublishedSnapshots.NAMESPACE)
                    .withName("index")
                    .delete();
            published.remove(MAIL);
            published.index(2, ++revision);
            soon().until(() -> sets.getLast().snapshots().size() == 1);
            published.write(snapshot(WEB, 99));
            published.index(1, ++revision);
            soon().until(() -> !sets.getLast().rejected().isEmpty());
            assertThat(sets.getLast().snapshots())
                    .as("an index of an older epoch")
                    .containsEntry(WEB, snapshot(WEB, 3));
        }
    }

    @Test
    void followsEndpointsThroughARestartOfTheApiServerWithoutFlapping() {
        ObjectKey service = new ObjectKey("default", "steady");
        Slices.put(client, "steady-a", service, "10.1.0.1", "10.1.0.2");
        try (KubernetesEndpointSource source =
                new KubernetesEndpointSource(completedFuture(client), WATCH_LIFE, RANDOM)) {
            source.start(receiver("default"));
            soon().until(() -> deliveries.contains(new Delivery(service, List.of("10.1.0.1", "10.1.0.2"))));

            cluster.stopApiServer();
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            cluster.startApiServer();
            Slices.put(client, "steady-b", service, "10.1.0.3");
            Delivery three = new Delivery(service, List.of("10.1.0.1", "10.1.0.2", "10.1.0.3"));
            soon().until(() -> deliveries.contains(three));
            assertThat(deliveries.stream().filter(delivery -> delivery.service().equals(service)))
                    .as("each state once, none empty")
                    .containsExactly(new Delivery(service, List.of("10.1.0.1", "10.1.0.2")), three);

            Slices.delete(client, "steady-a", service);
            Slices.delete(client, "steady-b", service);
            soon().until(() -> deliveries.contains(new Delivery(service, List.of())));
        }
    }
}
