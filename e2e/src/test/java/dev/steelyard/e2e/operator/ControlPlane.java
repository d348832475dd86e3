package dev.steelyard.e2e.operator;

import static org.awaitility.Awaitility.await;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.e2e.program.SteelyardProcess;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import dev.steelyard.snapshot.SnapshotFormatException;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;

/** An API server of its own with operators on it, and what they made of it. */
final class ControlPlane implements AutoCloseable {
    static final String SNAPSHOTS = "steelyard-snapshots";
    static final Duration LIMIT = Duration.ofSeconds(30);

    private final StoppableCluster cluster = Clusters.privateOne();

    StoppableCluster cluster() {
        return cluster;
    }

    KubernetesClient client() {
        return cluster.client();
    }

    Kubectl kubectl() {
        return cluster.kubectl();
    }

    /**
     * Starts an operator and waits until it follows the API server. Its Lease is short, for the tests that wait for another to
     * take over, but not so short that a busy machine lets it pass.
     */
    SteelyardProcess operator(String... arguments) {
        return SteelyardProcess.operator(cluster.kubeconfig())
                .arguments("--lease-duration", "8")
                .arguments(arguments)
                .start()
                .awaitReady();
    }

    /** Waits, looking often. */
    static ConditionFactory eventually() {
        return await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).ignoreExceptions();
    }

    void apply(String yaml) {
        kubectl().apply(yaml).requireSuccess();
    }

    /** A pool of one address, and a virtual service of that name with a host of that name. */
    static String service(String name, int port) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %1$s, namespace: default}
                spec: {members: [{address: 192.0.2.1, port: 80}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %1$s, namespace: default}
                spec: {listeners: [{name: web, port: %2$d, protocol: HTTP}], hosts: [%1$s.example.com], pool: %1$s}
                ---
                """.formatted(name, port);
    }

    Optional<Index> index() {
        return index(client());
    }

    static Optional<Index> index(KubernetesClient client) {
        Secret secret =
                client.secrets().inNamespace(SNAPSHOTS).withName("index").get();
        if (secret == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(SnapshotCodec.decodeIndex(
                    Base64.getDecoder().decode(secret.getData().get("index"))));
        } catch (SnapshotFormatException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Name of the first Secret that holds what nodes are to serve of a virtual service in namespace default. */
    String secretOf(String name) {
        return Objects.requireNonNull(index().orElseThrow().snapshots().get(key(name)))
                .secrets()
                .getFirst();
    }

    /** What nodes are to serve of a virtual service in namespace default. */
    Optional<Snapshot> snapshot(String name) {
        Index.Entry entry = index().orElseThrow().snapshots().get(key(name));
        if (entry == null) {
            return Optional.empty();
        }
        List<byte[]> parts = entry.secrets().stream()
                .map(secret -> client().secrets()
                        .inNamespace(SNAPSHOTS)
                        .withName(secret)
                        .require()
                        .getData()
                        .get("snapshot"))
                .map(Base64.getDecoder()::decode)
                .toList();
        try {
            return Optional.of(SnapshotCodec.decodeSnapshot(SnapshotCodec.join(parts), entry.digest()));
        } catch (SnapshotFormatException e) {
            throw new AssertionError(e);
        }
    }

    VirtualService virtualService(String name) {
        return client().resources(VirtualService.class)
                .inNamespace("default")
                .withName(name)
                .require();
    }

    /** A condition of a virtual service, as {@code Status/Reason: message}. */
    String condition(String name, String type) {
        return text(virtualService(name).getStatus().conditions(), type);
    }

    /** A condition of a pool, as {@code Status/Reason: message}. */
    String poolCondition(String name, String type) {
        return text(
                client().resources(Pool.class)
                        .inNamespace("default")
                        .withName(name)
                        .require()
                        .getStatus()
                        .conditions(),
                type);
    }

    private static String text(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + "/" + condition.reason() + ": " + condition.message())
                .findFirst()
                .orElse("none");
    }

    /** The Events on an object, as {@code Type/Reason: note}. */
    List<String> events(String kind, String name) {
        return client().events().v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> event.getRegarding().getKind().equals(kind)
                        && event.getRegarding().getName().equals(name))
                .map(ControlPlane::text)
                .toList();
    }

    private static String text(Event event) {
        return event.getType() + "/" + event.getReason() + ": " + event.getNote();
    }

    static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
