package dev.steelyard.e2e.real;

import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Three nodes with kubelet and containers, a control plane beside them, and Steelyard installed by its chart. All test classes of this JVM
 * share it, and leave it as they found it. It ends with the JVM: all that runs in it is in the tests' process namespace.
 */
final class RealCluster {
    /** The nodes' addresses, by number from 1. */
    static final List<String> ADDRESSES = List.of("10.200.0.11", "10.200.0.12", "10.200.0.13");

    private final Path program;
    private final Path folder = SourceTree.newFolder("nodes");
    private final Path tools;

    private RealCluster() throws IOException {
        this.program = Path.of(run(
                        Duration.ofMinutes(1),
                        SourceTree.resolve("e2e/kube/provider").toString(),
                        "nodes")
                .strip());
        this.tools = Path.of(
                run(Duration.ofMinutes(1), program.resolveSibling("kube-api").toString(), "tools")
                        .strip());
        Path steelyard = Images.steelyard();
        long begin = System.nanoTime();
        cluster("up", folder.toString(), "--nodes", String.valueOf(ADDRESSES.size()));
        cluster(
                "load",
                folder.toString(),
                steelyard.toString(),
                Images.nginx(program).toString());
        double ready = (System.nanoTime() - begin) / 1e9;
        release().install();
        System.out.printf(
                "e2e: %d nodes in %s, ready after %.1f s; installed after %.1f s%n",
                ADDRESSES.size(), folder, ready, (System.nanoTime() - begin) / 1e9);
    }

    static RealCluster shared() {
        return Shared.CLUSTER;
    }

    /** Initialised by the first use; a failure is remembered, so that it costs its time once. */
    private static final class Shared {
        static final RealCluster CLUSTER = start();

        private static RealCluster start() {
            try {
                return new RealCluster();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    Path folder() {
        return folder;
    }

    Kubectl kubectl() {
        return new Kubectl(tools.resolve("kubectl"), kubeconfig(), folder.resolve("kubectl-cache"), "");
    }

    /** kubectl for what Steelyard itself consists of. */
    Kubectl system() {
        return kubectl().inNamespace(Release.NAMESPACE);
    }

    Release release() {
        return new Release(tools.resolve("helm"), kubeconfig());
    }

    /** Waits until all pods of the operator and on all nodes are the latest and ready. */
    void awaitRolledOut() {
        for (String what : List.of("deployment/steelyard-operator", "daemonset/steelyard-dataplane")) {
            system().get("rollout", "status", what, "--timeout=180s");
        }
    }

    /** A command beside the cluster's nodes, such as that of a client. */
    List<String> outside(List<String> command) {
        List<String> words = new ArrayList<>(List.of(program.toString(), "exec", folder.toString(), "control"));
        words.addAll(command);
        return words;
    }

    /** What a program beside the cluster's nodes prints. */
    CommandResult runOutside(String... command) {
        return Commands.run(outside(List.of(command)), Map.of(), "", Duration.ofMinutes(1));
    }

    /** kubectl with no rights but those of a token that a command is given. */
    Kubectl withoutCertificate() {
        Kubectl with = kubectl();
        try {
            Path file = SourceTree.newFolder("no-rights").resolve("kubeconfig");
            String config =
                    Files.readString(kubeconfig()).replaceAll("user: \\{client-certificate-data.*}", "user: {}");
            return new Kubectl(with.program(), Files.writeString(file, config), with.cache(), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the API server a signal. */
    void apiServer(String signal) {
        run(Duration.ofMinutes(1), "pkill", "-" + signal, "-f", "^" + "[^ ]*kube-apiserver .*" + folder);
    }

    /** {@code kill-node}, {@code start-node}, {@code partition} and others. */
    void node(String verb, String name) {
        cluster(verb, folder.toString(), name);
    }

    private Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    private void cluster(String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(words));
        run(Duration.ofMinutes(3), command.toArray(String[]::new));
    }

    private static String run(Duration limit, String... command) {
        return Commands.run(List.of(command), Map.of(), "", limit).requireSuccess();
    }

    /** The pods of a component that are not on their way out, as {@code NODE NAME}. */
    List<String> pods(String component) {
        return system().get(
                        "get",
                        "pods",
                        "--selector=app.kubernetes.io/component=" + component,
                        "--output=jsonpath={range .items[*]}"
                                + "{.metadata.deletionTimestamp}|{.spec.nodeName} {.metadata.name}{\"\\n\"}{end}")
                .lines()
                .filter(pod -> pod.startsWith("|"))
                .map(pod -> pod.substring(1))
                .toList();
    }

    Optional<String> podOn(String component, String node) {
        return pods(component).stream()
                .filter(pod -> pod.startsWith(node + " "))
                .map(pod -> pod.split(" ", -1)[1])
                .findFirst();
    }
}
