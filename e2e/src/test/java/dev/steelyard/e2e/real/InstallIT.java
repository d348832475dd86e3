package dev.steelyard.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.cluster.Helm;
import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.cluster.TestNamespace;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.SourceTree;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What `helm install` makes of a cluster: what runs, with which rights, and what an example then does. */
class InstallIT {
    private final RealCluster cluster = RealCluster.shared();

    @Test
    void everyNodeServesAnExampleToClientsOutside() {
        try (TestNamespace namespace = new TestNamespace(cluster.kubectl(), "example-http")) {
            Kubectl kubectl = namespace.kubectl();
            kubectl.get("apply", "-f", SourceTree.resolve("examples/http").toString());
            kubectl.get("rollout", "status", "deployment/web", "--timeout=120s");
            kubectl.get("wait", "virtualservice/web", "--for=condition=Available", "--timeout=60s");
            for (String address : RealCluster.ADDRESSES) {
                Awaitility.await("an answer by " + address)
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> cluster.runOutside(
                                        "curl", "-s", "-m", "3", "-H", "Host: web.example.com", "http://" + address)
                                .out()
                                .contains("Welcome to nginx!"));
            }
            Awaitility.await("the second pod in the status")
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(kubectl.get("get", "virtualservice", "web"))
                            .contains("2/2")
                            .contains("3/3"));
        }
    }

    @Test
    void programsHaveTheRightsOfTheirContainersAndNoMore() {
        assertThat(inPod("operator", "id -u; grep CapEff /proc/self/status"))
                .isEqualTo("65532\nCapEff:\t0000000000000000\n");
        // NET_BIND_SERVICE, NET_ADMIN and NET_RAW
        assertThat(inPod("dataplane", "id -u; grep CapEff /proc/self/status"))
                .isEqualTo("0\nCapEff:\t0000000000003400\n");
        for (String component : new String[] {"operator", "dataplane"}) {
            assertThat(inPod(component, "touch /opt/steelyard/x 2>&1 || true")).contains("Read-only file system");
        }
    }

    @Test
    void aNodeWritesOnlyWhatIsItsOwn() {
        String pod = cluster.podOn("dataplane", "node1").orElseThrow();
        String token = "--token="
                + cluster.system()
                        .get("exec", pod, "--", "cat", "/var/run/secrets/kubernetes.io/serviceaccount/token")
                        .strip();
        Kubectl asNode = anonymous().inNamespace(Release.NAMESPACE);
        assertThat(asNode.get(token, "annotate", "--overwrite", "dataplanenode", "node1", "steelyard.dev/e2e=1"))
                .contains("annotated");
        CommandResult other = asNode.run(token, "annotate", "dataplanenode", "node2", "steelyard.dev/e2e=1");
        assertThat(other.succeeded()).as(other.out()).isFalse();
        assertThat(other.err()).contains("the dataplane of node node1 may not write dataplanenodes/node2");
        CommandResult lease = asNode.run(token, "annotate", "lease", "node-node2", "steelyard.dev/e2e=1");
        assertThat(lease.succeeded()).as(lease.out()).isFalse();
        assertThat(lease.err()).contains("the dataplane of node node1 may not write leases/node-node2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dataplane | get secrets -n steelyard-snapshots       | yes
            dataplane | list endpointslices -A                   | yes
            dataplane | get nodes                                | yes
            dataplane | get secrets -A                           | no
            dataplane | update secrets -n steelyard-snapshots    | no
            dataplane | list nodes                               | no
            dataplane | delete leases -n steelyard-system        | no
            dataplane | update virtualservices -A                | no
            dataplane | create pods -n steelyard-system          | no
            operator  | patch virtualservices --subresource=status | yes
            operator  | create secrets -n steelyard-snapshots    | yes
            operator  | update virtualservices -A                | no
            operator  | create secrets -n default                | no
            operator  | create pods -A                           | no
            operator  | get leases -n kube-system                | no
            """)
    void canDoWhatItNeeds(String component, String what, String answer) {
        String account = "--as=system:serviceaccount:steelyard-system:steelyard-" + component;
        assertThat(cluster.kubectl()
                        .run(("auth can-i " + account + " " + what).split(" ", -1))
                        .out()
                        .strip())
                .endsWith(answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --set=dataplane.drainSecond=5      | additional properties 'drainSecond' not allowed
            --set=operator.replicas=none       | operator/replicas
            --namespace=default                | helm install steelyard CHART --namespace steelyard-system
            """)
    void whatIsWrongIsRefusedWithASentence(String argument, String told) {
        CommandResult refused = Helm.templateWith(argument);
        assertThat(refused.succeeded()).isFalse();
        assertThat(refused.err()).contains(told);
    }

    /** With no rights but those of the token that a command is given. */
    private Kubectl anonymous() {
        return cluster.withoutCertificate();
    }

    private String inPod(String component, String script) {
        String pod = cluster.pods(component).getFirst().split(" ", -1)[1];
        return cluster.system().get("exec", pod, "--", "sh", "-c", script);
    }
}
