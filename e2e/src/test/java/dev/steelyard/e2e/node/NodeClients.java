package dev.steelyard.e2e.node;

import dev.steelyard.e2e.cluster.Cluster;
import dev.steelyard.operator.reconcile.Connection;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.URI;

/** Clients with the settings of the programs. */
final class NodeClients {

    private NodeClients() {}

    static KubernetesClient of(Cluster cluster) {
        return build(new ConfigBuilder(cluster.client().getConfiguration()));
    }

    /** One that reaches the API server through a port of this host. */
    static KubernetesClient through(Cluster cluster, int port) {
        return build(new ConfigBuilder(cluster.client().getConfiguration()).withMasterUrl("https://127.0.0.1:" + port));
    }

    static URI server(Cluster cluster) {
        return URI.create(cluster.client().getConfiguration().getMasterUrl());
    }

    private static KubernetesClient build(ConfigBuilder builder) {
        return new KubernetesClientBuilder()
                .withConfig(Connection.settings(builder).build())
                .build();
    }
}
