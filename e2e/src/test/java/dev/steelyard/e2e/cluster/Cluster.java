package dev.steelyard.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An API server with all rights to it. Only {@link StoppableCluster}s are closed by their users. */
public sealed interface Cluster permits GivenCluster, StoppableCluster {
    /** Numbers namespaces; the time keeps those of several runs against one given cluster apart. */
    AtomicInteger NAMESPACES = new AtomicInteger((int) (System.currentTimeMillis() / 1000 % 100_000) * 100);

    /** What this is, for people. */
    String description();

    /** A kubeconfig with all rights. */
    Path kubeconfig();

    /** A kubeconfig with the rights of a service account. */
    default Path kubeconfigOf(String namespace, String serviceAccount) {
        return ServiceAccountLogin.as(kubectl(), namespace, serviceAccount);
    }

    Kubectl kubectl();

    KubernetesClient client();

    /** Makes a namespace whose name begins with {@code prefix}; closing it deletes it with all that is in it. */
    default TestNamespace namespace(String prefix) {
        return new TestNamespace(kubectl(), prefix + "-" + NAMESPACES.incrementAndGet());
    }
}
