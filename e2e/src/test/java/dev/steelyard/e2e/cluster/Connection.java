package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.SourceTree;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two ways to talk to one API server: kubectl and a client in this process. */
record Connection(Path kubeconfig, Kubectl kubectl, KubernetesClient client) implements AutoCloseable {

    static Connection open(Path kubectl, Path kubeconfig) {
        try {
            Config config = Config.fromKubeconfig(Files.readString(kubeconfig));
            return new Connection(
                    kubeconfig,
                    kubectl(kubectl, kubeconfig),
                    new KubernetesClientBuilder().withConfig(config).build());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kubeconfig " + kubeconfig, e);
        }
    }

    static Kubectl kubectl(Path program, Path kubeconfig) {
        return new Kubectl(program, kubeconfig, SourceTree.newFolder("kubectl-cache"), "");
    }

    @Override
    public void close() {
        client.close();
    }
}
