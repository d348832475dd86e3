package dev.steelyard.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;

/** A cluster that was there before the tests and stays after them. */
final class GivenCluster implements Cluster {
    private final Connection connection;

    GivenCluster(Path kubeconfig) {
        this.connection = Connection.open(Kubectl.onPath(), kubeconfig);
        connection.kubectl().run("version").requireSuccess();
    }

    @Override
    public String description() {
        return "the kubeconfig " + kubeconfig();
    }

    @Override
    public Path kubeconfig() {
        return connection.kubeconfig();
    }

    @Override
    public Kubectl kubectl() {
        return connection.kubectl();
    }

    @Override
    public KubernetesClient client() {
        return connection.client();
    }
}
