package dev.steelyard.e2e.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.cluster.Cluster;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.cluster.TestNamespace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kubectl shows of the API's kinds. */
class KubectlViewIT {
    private final Cluster cluster = Clusters.shared();

    @ParameterizedTest
    @CsvSource({
        "virtualservice,What clients connect to",
        "svs.spec.listeners,port <integer> -required-",
        "svs.spec.listeners.tls.certificates,secretName <string> -required-",
        "svs.spec.routes.match.path,'enum: Exact, Prefix, Regex'",
        "pool,A set of endpoints",
        "pool.spec.algorithm,LeastConnections",
        "pool.spec.healthCheck,interval <string>",
        "policy.spec,rateLimit <Object>",
        "svs.status.conditions,lastTransitionTime <string>"
    })
    void explainTellsWhatAFieldMeans(String path, String text) {
        assertThat(normal(cluster.kubectl().get("explain", path))).contains(text);
    }

    @Test
    void everyFieldIsExplained() {
        for (String kind : new String[] {"virtualservices", "pools", "policies"}) {
            String explained = normal(cluster.kubectl().get("explain", kind + ".spec", "--recursive"));
            assertThat(explained).contains("FIELDS:").doesNotContain("<no description>");
        }
    }

    @Test
    void getSteelyardListsAllKindsWithTheirColumns() {
        try (TestNamespace namespace = cluster.namespace("columns")) {
            Kubectl kubectl = namespace.kubectl();
            kubectl.apply("""
                            apiVersion: steelyard.dev/v1alpha1
                            kind: Pool
                            metadata: {name: web}
                            spec: {members: [{service: {name: web, port: http}}]}
                            ---
                            apiVersion: steelyard.dev/v1alpha1
                            kind: VirtualService
                            metadata: {name: shop}
                            spec: {listeners: [{name: web, port: 80, protocol: HTTP}], pool: web}
                            """).requireSuccess();
            String all = normal(kubectl.get("get", "steelyard", "-A"));
            assertThat(all)
                    .contains("NAMESPACE NAME ADDRESSES PORTS ENDPOINTS NODES READY AGE")
                    .contains(namespace.name() + " virtualservice.steelyard.dev/shop")
                    .contains(namespace.name() + " pool.steelyard.dev/web");
            assertThat(normal(kubectl.get("get", "svs"))).contains("NAME ADDRESSES PORTS ENDPOINTS NODES READY AGE");
        }
    }

    @Test
    void defaultsAreWrittenIntoTheObject() {
        try (TestNamespace namespace = cluster.namespace("defaults")) {
            Kubectl kubectl = namespace.kubectl();
            kubectl.apply("""
                            apiVersion: steelyard.dev/v1alpha1
                            kind: Pool
                            metadata: {name: web}
                            spec: {members: [{address: 192.0.2.1, port: 80}], healthCheck: {type: TCP}}
                            """).requireSuccess();
            assertThat(kubectl.get(
                            "get",
                            "pool",
                            "web",
                            "-o",
                            "jsonpath={.spec.algorithm} {.spec.protocol} {.spec.minHealthy}"))
                    .isEqualTo("WeightedRoundRobin HTTP1 1");
        }
    }

    /** Without the widths of columns and indents. */
    private static String normal(String table) {
        return table.replaceAll("[ \\t]+", " ");
    }
}
