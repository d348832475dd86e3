package dev.steelyard.e2e.documents;

import static dev.steelyard.e2e.installed.Installed.backend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.e2e.installed.Manifests;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.TestHost;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.real.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;

/** README.md, word by word, in a copy of the repository where nothing is built yet. */
class ReadmeIT {
    private static final Duration BUILD = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NODE = "readme-node";

    private final Markdown readme = Markdown.of("README.md");
    private final List<String> start = Markdown.commands(block(0));
    private final List<String> look = Markdown.commands(block(1));
    private final List<String> install = Markdown.commands(block(2));
    private final String inCluster = block(3);
    private final List<String> status = Markdown.commands(block(4));

    private String block(int number) {
        return readme.blocks("sh").get(number);
    }

    @Test
    void everyBlockIsRunByATestHere() {
        assertThat(readme.blocks("sh")).as("a new one needs a test").hasSize(5);
        // The tests in real run on a cluster for which just that was done.
        assertThat(install).containsExactly("make images", Release.INSTALL);
        assertThat(readme.blocks("yaml")).hasSize(1);
    }

    @Test
    void twoCommandsStartIt() {
        Shell shell = Shell.in(FreshCopy.folder());
        // The tests reach no network to clone from; the copy stands for the clone.
        assertThat(start).hasSize(2).first().asString().startsWith("git clone ");
        ServerProcess run = shell.start("make-run", List.of(), start.getLast());
        try {
            run.await("ready", BUILD, () -> run.output().contains("ready "));
            assertThat(run.output()).contains("http://localhost:8080/", "http://localhost:9090/");

            assertThat(look).hasSize(2);
            Set<String> backends = new HashSet<>();
            eventually().until(() -> {
                backends.add(shell.run(look.getFirst())
                        .requireSuccess()
                        .lines()
                        .findFirst()
                        .orElse(""));
                return backends.size() == 2;
            });
            assertThat(backends)
                    .anySatisfy(answer -> assertThat(answer).contains("blue"))
                    .anySatisfy(answer -> assertThat(answer).contains("green"));
            assertThat(shell.run(look.getLast()).requireSuccess())
                    .contains("steelyard_requests_total{code_class=\"2xx\",namespace=\"default\",pool=\"demo\"");

            run.signal("TERM"); // make passes it on
            await().atMost(LIMIT).until(() -> !run.isAlive());
            eventually()
                    .until(() -> List.of(8080, 8081, 8082, 9090).stream()
                            .noneMatch(port -> Ports.answers("127.0.0.1", port)));
        } finally {
            Shell.killGroup(run);
        }
    }

    @Test
    void theSameInAClusterAndAFirstVirtualService() {
        try (StoppableCluster cluster = Clusters.bareOne();
                TestHost host = TestHost.start("readme");
                EchoServer a = backend("a");
                EchoServer b = backend("b")) {
            declareNode(cluster, host);
            Shell shell = Shell.in(FreshCopy.folder()).with(cluster.kubectl());
            String script = inCluster.replace("--node NODE", "--node " + NODE);
            assertThat(script).isNotEqualTo(inCluster);
            // Programs that are started with & end with their terminal; this script has none and waits for them.
            ServerProcess programs = shell.start("cluster", withOwnRun(host), script + "wait\n");
            try {
                programs.await(
                        "installed",
                        BUILD,
                        () -> shell.run("kubectl get steelyard -A").succeeded());
                shell.run("kubectl create namespace shop").requireSuccess();
                shell.runWith(
                                Manifests.service("web") + Manifests.endpoints("web", a, b),
                                "kubectl apply --namespace shop -f -")
                        .requireSuccess();
                shell.runWith(readme.blocks("yaml").getFirst(), "kubectl apply -f -")
                        .requireSuccess();

                Target target = Target.http(host.address(), 80, "shop.example.com", "/");
                eventually()
                        .untilAsserted(() ->
                                assertThat(Load.requests(target, 4).byBackend()).containsOnlyKeys("a", "b"));
                assertThat(status).hasSize(2);
                eventually()
                        .untilAsserted(
                                () -> assertThat(shell.run(status.getFirst()).requireSuccess())
                                        .contains("virtualservice.steelyard.dev/shop", "pool.steelyard.dev/web")
                                        .contains("dataplanenode.steelyard.dev/" + NODE));
                eventually()
                        .untilAsserted(
                                () -> assertThat(shell.run(status.getLast()).requireSuccess())
                                        .contains("Accepted", "ResolvedRefs", "Programmed", "Available")
                                        .contains("1/1 nodes serve generation 1"));
                assertThat(shell.run("kubectl explain svs.spec").requireSuccess())
                        .contains("listeners");
            } finally {
                Shell.killGroup(programs);
            }
        }
    }

    private static void declareNode(StoppableCluster cluster, TestHost host) {
        cluster.kubectl()
                .apply("{apiVersion: v1, kind: Node, metadata: {name: " + NODE + "}}")
                .requireSuccess();
        cluster.kubectl()
                .get(
                        "patch",
                        "node",
                        NODE,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"" + host.address()
                                + "\"}]}}");
    }

    /** On the host, with a /run of its own: the dataplane keeps there what it serves, and finds there what others left. */
    private static List<String> withOwnRun(TestHost host) {
        List<String> prefix = new ArrayList<>(host.commandPrefix());
        prefix.addAll(List.of("unshare", "--mount", "sh", "-ec", "mount -t tmpfs tmpfs /run; exec \"$@\"", "sh"));
        return prefix;
    }

    private static ConditionFactory eventually() {
        return await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).ignoreExceptions();
    }
}
