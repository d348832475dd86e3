package dev.steelyard.dataplane.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The objects that a node writes of itself: its DataplaneNode and its Lease. Both belong to its Node and go with it. All are applied on
 * the server's side, so that writing one is the same whether it is there or not. Blocks; throws {@link KubernetesClientException}.
 */
final class NodeObjects {

    private static final String API_VERSION = "steelyard.dev/v1alpha1";
    private static final String KIND = "DataplaneNode";

    /** Of which only the metadata is looked at: their model need not be known. */
    private static final ResourceDefinitionContext NODES = new ResourceDefinitionContext.Builder()
            .withVersion("v1")
            .withKind("Node")
            .withPlural("nodes")
            .withNamespaced(false)
            .build();

    private static final ResourceDefinitionContext DATAPLANE_NODES = new ResourceDefinitionContext.Builder()
            .withGroup("steelyard.dev")
            .withVersion("v1alpha1")
            .withKind(KIND)
            .withPlural("dataplanenodes")
            .withNamespaced(false)
            .build();

    /** One writer, for all processes that come one after the other on this node. */
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("steelyard-dataplane")
            .withForce(true)
            .build();

    private final CompletableFuture<KubernetesClient> connection;
    private final String node;

    NodeObjects(CompletableFuture<KubernetesClient> connection, String node) {
        this.connection = connection;
        this.node = node;
    }

    /**
     * UID of the Node that all belongs to.
     *
     * @throws KubernetesClientException if there is no such Node
     */
    String ownerUid() {
        GenericKubernetesResource owner =
                client().genericKubernetesResources(NODES).withName(node).get();
        if (owner == null) {
            throw new KubernetesClientException("there is no Node " + node
                    + ": start the dataplane with --node and the name of the node that it runs on");
        }
        return owner.getMetadata().getUid();
    }

    /** Makes the DataplaneNode if it is not there. */
    void applyDataplaneNode(String ownerUid) {
        GenericKubernetesResource object =
                dataplaneNode(metadata(node, ownerUid).build());
        resource(object).patch(APPLY, object);
    }

    /** Replaces its status. Fails with code 404 if it is not there. */
    void applyStatus(Map<String, Object> status) {
        GenericKubernetesResource object =
                dataplaneNode(new ObjectMetaBuilder().withName(node).build());
        object.setAdditionalProperty("status", status);
        resource(object).subresource("status").patch(APPLY, object);
    }

    /**
     * Renews the Lease, or makes it.
     *
     * @param holder who holds it; empty: it is given away
     * @param seconds how long that counts
     */
    void applyLease(String ownerUid, String holder, Instant now, int seconds) {
        Lease lease = new LeaseBuilder()
                .withMetadata(metadata(Cluster.leaseOf(node), ownerUid)
                        .withNamespace(Cluster.SYSTEM_NAMESPACE)
                        .build())
                .withNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(seconds)
                .withRenewTime(now.atZone(ZoneOffset.UTC))
                .endSpec()
                .build();
        client().leases()
                .inNamespace(Cluster.SYSTEM_NAMESPACE)
                .withName(Cluster.leaseOf(node))
                .patch(APPLY, lease);
    }

    /** Waits for it. */
    private KubernetesClient client() {
        return connection.join();
    }

    private Resource<GenericKubernetesResource> resource(HasMetadata object) {
        return client().genericKubernetesResources(DATAPLANE_NODES)
                .withName(object.getMetadata().getName());
    }

    private static GenericKubernetesResource dataplaneNode(ObjectMeta metadata) {
        GenericKubernetesResource object = new GenericKubernetesResource();
        object.setApiVersion(API_VERSION);
        object.setKind(KIND);
        object.setMetadata(metadata);
        return object;
    }

    private ObjectMetaBuilder metadata(String name, String ownerUid) {
        return new ObjectMetaBuilder()
                .withName(name)
                .addToLabels("app.kubernetes.io/part-of", "steelyard")
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node)
                .withUid(ownerUid)
                .endOwnerReference();
    }
}
