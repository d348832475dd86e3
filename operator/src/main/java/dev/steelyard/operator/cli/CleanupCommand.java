package dev.steelyard.operator.cli;

import dev.steelyard.crds.v1alpha1.DataplaneNode;
import dev.steelyard.dataplane.kubernetes.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code steelyard cleanup}. */
@Command(
        name = "cleanup",
        description =
                "Removes what operator and dataplanes have written to a cluster for themselves: Leases and DataplaneNodes. What users"
                        + " have applied stays. `helm uninstall` runs it once the programs have lost their rights; with the programs at work"
                        + " all of it comes back.",
        mixinStandardHelpOptions = true)
final class CleanupCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            // Nothing else has Leases in this namespace.
            List<Lease> leases =
                    client.leases().inNamespace(Cluster.SYSTEM_NAMESPACE).list().getItems();
            List<DataplaneNode> nodes =
                    client.resources(DataplaneNode.class).list().getItems();
            leases.forEach(lease -> remove(client, lease, out));
            nodes.forEach(node -> remove(client, node, out));
        }
        out.flush();
        return 0;
    }

    private static void remove(KubernetesClient client, HasMetadata object, PrintWriter out) {
        client.resource(object).delete();
        out.println("removed " + object.getKind() + " " + object.getMetadata().getName());
    }
}
