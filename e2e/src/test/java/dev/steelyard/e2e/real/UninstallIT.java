package dev.steelyard.e2e.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code helm uninstall} leaves the kinds and what users applied, and nothing else; installed again, it serves as before. */
class UninstallIT {
    private final RealCluster cluster = RealCluster.shared();

    @Test
    void leavesNothingButKindsAndUsersObjects() {
        try (Web web = new Web(cluster)) {
            cluster.release().uninstall();
            try {
                List<String> left = cluster.kubectl()
                        .get("api-resources", "--verbs=list", "--output=name")
                        .lines()
                        .filter(kind -> !kind.startsWith("events"))
                        .flatMap(kind -> cluster.kubectl()
                                .get("get", kind, "--all-namespaces", "--ignore-not-found", "--output=name")
                                .lines())
                        .filter(object ->
                                object.contains("steelyard") || object.startsWith("lease.coordination.k8s.io/node-"))
                        .toList();
                assertThat(left)
                        .filteredOn(object -> !object.matches("(customresourcedefinition|apiservice)[.].*"))
                        .containsExactlyInAnyOrder(
                                "virtualservice.steelyard.dev/web",
                                "pool.steelyard.dev/web",
                                "namespace/steelyard-system"); // Helm's own, by --create-namespace
            } finally {
                cluster.release().install();
            }
            web.awaitServed();
        }
    }
}
