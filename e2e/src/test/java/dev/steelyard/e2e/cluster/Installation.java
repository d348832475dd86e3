package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.process.SourceTree;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** What an administrator applies before Steelyard's programs start. */
final class Installation {
    private static final List<String> FOLDERS = List.of("helm/steelyard/crds", "config", "helm/steelyard/files");

    private static final String PART = "app.kubernetes.io/part-of=steelyard";

    private Installation() {}

    /** Applies all of it, and waits until kubectl can find the new kinds. */
    static void apply(Cluster cluster) {
        Kubectl kubectl = cluster.kubectl();
        for (String folder : FOLDERS) {
            kubectl.get(
                    "apply", "--server-side", "-f", SourceTree.resolve(folder).toString());
        }
        kubectl.get(
                "wait",
                "customresourcedefinitions",
                "--selector=" + PART,
                "--for=condition=Established",
                "--timeout=30s");
        // Discovery lags behind, kind by kind; this command, unlike others, asks anew and renews what the others keep.
        long kinds = kubectl.get("get", "customresourcedefinitions", "--selector=" + PART, "--output=name")
                .lines()
                .count();
        Awaitility.await("kubectl finds Steelyard's kinds")
                .atMost(Duration.ofSeconds(60))
                .until(() -> kubectl.get("api-resources", "--categories=steelyard", "--output=name")
                                .lines()
                                .count()
                        == kinds);
    }
}
