package dev.steelyard.e2e.operator;

import dev.steelyard.crds.v1alpha1.DataplaneNode;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.EndpointDown;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.ListenerFailure;
import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus.Rejected;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What a dataplane does for the operator: renews its Lease, and acknowledges each index that it sees. Without traffic.
 */
final class PlayedNode implements AutoCloseable {
    private static final String SYSTEM = "steelyard-system";

    private final KubernetesClient client;
    private final String name;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean follows = true;
    private volatile boolean renews = true;
    private volatile List<Rejected> rejected = List.of();
    private volatile List<ListenerFailure> unbound = List.of();
    private volatile List<EndpointDown> down = List.of();
    private volatile long epoch;
    private volatile long revision;
    private Optional<DataplaneNodeStatus> reported = Optional.empty();

    PlayedNode(KubernetesClient client, String name, String address) {
        this.client = client;
        this.name = name;
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .serverSideApply();
        // A patch, since controllers write to new nodes, too.
        client.nodes()
                .withName(name)
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"" + address + "\"}]}}");
        DataplaneNode report = new DataplaneNode();
        report.setMetadata(new ObjectMetaBuilder().withName(name).build());
        client.resource(report).serverSideApply();
        renew();
        follow();
        var _ = thread.scheduleWithFixedDelay(this::renew, 1, 1, TimeUnit.SECONDS);
        var _ = thread.scheduleWithFixedDelay(this::follow, 50, 50, TimeUnit.MILLISECONDS);
    }

    String name() {
        return name;
    }

    /** Whether it applies new indexes. */
    PlayedNode follows(boolean value) {
        follows = value;
        return this;
    }

    /** Whether its Lease is kept fresh. */
    PlayedNode renews(boolean value) {
        renews = value;
        return this;
    }

    /** What it reports beside the revision. */
    PlayedNode reports(List<Rejected> refused, List<ListenerFailure> notBound, List<EndpointDown> seenDown) {
        rejected = refused;
        unbound = notBound;
        down = seenDown;
        return this;
    }

    private void renew() {
        if (!renews) {
            return;
        }
        try {
            client.resource(new LeaseBuilder()
                            .withNewMetadata()
                            .withNamespace(SYSTEM)
                            .withName("node-" + name)
                            .endMetadata()
                            .withNewSpec()
                            .withHolderIdentity(name)
                            .withLeaseDurationSeconds(5)
                            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                            .endSpec()
                            .build())
                    .forceConflicts()
                    .serverSideApply();
        } catch (RuntimeException e) {
            System.out.println(name + " cannot renew: " + e.getMessage());
        }
    }

    private void follow() {
        try {
            Optional<Index> index = ControlPlane.index(client);
            if (follows && index.isPresent()) {
                epoch = index.get().epoch();
                revision = index.get().revision();
            }
            DataplaneNodeStatus status = new DataplaneNodeStatus(
                    "test",
                    SnapshotCodec.FORMAT_VERSION,
                    epoch,
                    revision,
                    rejected,
                    unbound,
                    down,
                    List.of(),
                    List.of(),
                    null,
                    null,
                    List.of());
            if (!reported.equals(Optional.of(status))) {
                client.resources(DataplaneNode.class).withName(name).editStatus(node -> {
                    node.setStatus(status);
                    return node;
                });
                reported = Optional.of(status);
            }
        } catch (RuntimeException e) {
            System.out.println(name + " cannot report: " + e.getMessage());
        }
    }

    /** The dataplane is gone, with all that it kept in the API server. */
    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.leases().inNamespace(SYSTEM).withName("node-" + name).delete();
        client.resources(DataplaneNode.class).withName(name).delete();
        client.nodes().withName(name).delete();
    }
}
