package dev.steelyard.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.CommandResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ClusterIT {

    @Test
    void theSharedClusterServesKubectlAndTheClientAlike() {
        Cluster cluster = Clusters.shared();
        try (TestNamespace namespace = cluster.namespace("cluster")) {
            namespace.kubectl().get("create", "configmap", "greeting", "--from-literal=text=hello");
            assertThat(cluster.client()
                            .configMaps()
                            .inNamespace(namespace.name())
                            .withName("greeting")
                            .get()
                            .getData())
                    .containsEntry("text", "hello");
        }
    }

    @Test
    void aNamespaceIsDeletedAfterItsTest() {
        Cluster cluster = Clusters.shared();
        TestNamespace namespace = cluster.namespace("short-lived");
        namespace.close();
        String left = cluster.kubectl()
                .get("get", "namespace", namespace.name(), "--ignore-not-found", "-o", "jsonpath={.status.phase}");
        assertThat(left).isIn("", "Terminating");
    }

    @Test
    void anApiServerComesBackAtItsAddressWithItsData() {
        try (StoppableCluster cluster = Clusters.privateOne()) {
            cluster.kubectl().get("create", "configmap", "kept", "--from-literal=text=before");

            cluster.stopApiServer();
            CommandResult refused = cluster.kubectl().run("get", "configmap", "kept");
            assertThat(refused.succeeded()).isFalse();
            assertThat(refused.err()).contains("refused");

            cluster.startApiServer();
            assertThat(cluster.kubectl().get("get", "configmap", "kept", "-o", "jsonpath={.data.text}"))
                    .isEqualTo("before");
        }
    }

    @Test
    void aFrozenApiServerAnswersNothingUntilItThaws() {
        try (StoppableCluster cluster = Clusters.privateOne()) {
            cluster.freezeApiServer();
            CommandResult unanswered = cluster.kubectl().run("get", "--raw=/readyz", "--request-timeout=1s");
            assertThat(unanswered.succeeded()).isFalse();

            cluster.thawApiServer();
            assertThat(cluster.kubectl().get("get", "--raw=/readyz")).isEqualTo("ok");
        }
    }

    @Test
    void aServiceAccountHasItsOwnRightsOnly() {
        Cluster cluster = Clusters.shared();
        Path kubeconfig = cluster.kubeconfigOf("steelyard-system", "steelyard-operator");
        Kubectl operator = Connection.kubectl(cluster.kubectl().program(), kubeconfig);
        assertThat(operator.run("auth", "can-i", "list", "virtualservices.steelyard.dev", "-A")
                        .out())
                .isEqualTo("yes\n");
        assertThat(operator.run("auth", "can-i", "delete", "namespaces").out()).isEqualTo("no\n");
    }

    @Test
    void bothClientsLogInByAToken() {
        Cluster cluster = Clusters.shared();
        Path program = cluster.kubectl().program();
        try (Connection connection = Connection.open(program, ServiceAccountLogin.asAdministrator(cluster.kubectl()))) {
            assertThat(connection.kubectl().get("auth", "whoami")).contains("system:serviceaccount:kube-system");
            assertThat(connection.client().namespaces().withName("kube-system").get())
                    .isNotNull();
        }
    }
}
