package dev.steelyard.e2e.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.dataplane.kubernetes.ClusterDataplane;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.cluster.Clusters;
import dev.steelyard.e2e.cluster.StoppableCluster;
import dev.steelyard.e2e.network.LocalAddresses;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.snapshot.Listener;
import dev.steelyard.snapshot.ListenerLimits;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import dev.steelyard.snapshot.Protocol;
import dev.steelyard.snapshot.Route;
import dev.steelyard.snapshot.Snapshot;
import dev.steelyard.snapshot.SnapshotCodec;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dataplane of one node with everything but the operator, whose part the test plays. */
class ClusterDataplaneIT {

    private static final ObjectKey WEB = new ObjectKey("default", "web");
    private static final ObjectKey NEW = new ObjectKey("default", "new");

    @TempDir
    Path state;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    private static Snapshot snapshot(ObjectKey key, int port) {
        Pool pool = new Pool(
                WEB,
                new Pool.Revision(Instant.EPOCH, 1),
                Pool.PoolProtocol.HTTP1,
                Pool.Algorithm.ROUND_ROBIN,
                List.of(new Member.OfService(WEB, "http", 1)),
                Optional.empty(),
                Pool.Connections.DEFAULT);
        return new Snapshot(
                SnapshotCodec.FORMAT_VERSION,
                key,
                1,
                List.of(new Listener(
                        "web",
                        List.of(),
                        port,
                        Protocol.HTTP,
                        ListenerLimits.DEFAULT,
                        List.of(),
                        Optional.empty(),
                        Optional.empty())),
                List.of(),
                List.of(new Route(
                        "default",
                        Route.PathMatch.ALL,
                        List.of(),
                        List.of(new Route.WeightedPool(WEB, 1)),
                        Route.Timeouts.DEFAULT)),
                List.of(pool),
                List.of());
    }

    private ClusterDataplane start(Callable<KubernetesClient> connect) throws IOException {
        AdminOptions admin = new AdminOptions(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "", false);
        DataplaneOptions options =
                DataplaneOptions.standard("test").withThreads(1).withAdmin(admin);
        return ClusterDataplane.start(new ClusterDataplane.Options("n1", state.resolve("state"), options), connect);
    }

    private int status(int port, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return response.statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int ready(ClusterDataplane dataplane) {
        return status(dataplane.dataplane().adminAddress().orElseThrow().getPort(), "/readyz");
    }

    private static String applied(StoppableCluster cluster) {
        return cluster.kubectl()
                .get("get", "dataplanenode", "n1", "--ignore-not-found", "-o", "jsonpath={.status.appliedRevision}");
    }

    @Test
    void servesReportsAndStartsWithoutTheApiServer() throws Exception {
        int port = Ports.free();
        int other = Ports.free();
        try (StoppableCluster cluster = Clusters.privateOne();
                KubernetesClient client = NodeClients.of(cluster);
                EchoServer one = EchoServer.start("one", LocalAddresses.nextV4(), 8080);
                EchoServer two = EchoServer.start("two", LocalAddresses.nextV4(), 8080)) {
            if (client.namespaces().withName("steelyard-system").get() == null) {
                client.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("steelyard-system")
                                .endMetadata()
                                .build())
                        .create();
            }
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName("n1")
                            .endMetadata()
                            .build())
                    .create();
            PublishedSnapshots published = new PublishedSnapshots(client);
            Slices.put(client, "web-a", WEB, one.host());

            try (ClusterDataplane dataplane = start(() -> client)) {
                assertThat(ready(dataplane)).as("no configuration yet").isEqualTo(503);
                published.write(snapshot(WEB, port));
                published.index(1, 1);
                soon().until(() -> status(port, "/") == 200);
                soon().until(() -> ready(dataplane) == 200);
                soon().until(() -> applied(cluster).equals("1"));

                cluster.stopApiServer();
                assertThat(status(port, "/")).isEqualTo(200);
                dataplane.stop(Duration.ofSeconds(5));
            }
            assertThat(status(port, "/")).isZero();

            CompletableFuture<Integer> before = new CompletableFuture<>();
            Callable<KubernetesClient> connect = () -> {
                before.complete(status(port, "/"));
                return client;
            };
            try (ClusterDataplane dataplane = start(connect)) {
                assertThat(before.get(10, TimeUnit.SECONDS))
                        .as("what was served a moment ago is served before a client is made")
                        .isEqualTo(200);
                soon().until(() -> status(port, "/") == 200);
                assertThat(ready(dataplane)).isEqualTo(200);

                cluster.startApiServer();
                Slices.put(client, "web-a", WEB, two.host());
                soon().until(() -> status(port, "/") == 200 && two.requests() > 0);
                long earlier = one.requests();
                long followed = two.requests();
                soon().until(() -> status(port, "/") == 200 && two.requests() >= followed + 5);
                published.write(snapshot(NEW, other));
                published.remove(WEB);
                published.index(1, 2);
                soon().until(() -> status(other, "/") == 200);
                soon().until(() -> applied(cluster).equals("2"));
                soon().until(() -> status(port, "/") == 0);
                assertThat(one.requests()).isEqualTo(earlier);
                dataplane.stop(Duration.ofSeconds(5));
            }
        }
    }
}
