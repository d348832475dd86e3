package dev.steelyard.dataplane;

import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.admin.AdminOptions;
import dev.steelyard.snapshot.HealthCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node with an admin port: one virtual service, {@code shop/web}, with one checked pool, {@code shop/blue}. */
final class AdminNode implements AutoCloseable {

    private static final HealthCheck CHECK =
            new HealthCheck(new HealthCheck.Tcp(), 0, Duration.ofMillis(100), Duration.ofSeconds(2), 1, 1);

    private final ManualSource source = new ManualSource();
    private final Dataplane dataplane;
    private final HttpClient client = HttpClient.newHttpClient();
    private long revision;

    AdminNode() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        dataplane = Dataplane.start(
                DataplaneOptions.standard("1.2.3")
                        .withThreads(1)
                        .withLocalAddresses()
                        .withAdmin(new AdminOptions(anyPort, "", false)),
                source,
                ManualSource.noServices());
    }

    /** Serves these backends in place of those before. */
    void serve(InetSocketAddress... backends) {
        long next = ++revision;
        source.deliver(SnapshotSets.of(
                next,
                VirtualServices.named("web")
                        .generation(next)
                        .http(0)
                        .route("/", "blue")
                        .checked(CHECK)
                        .pool("blue", backends)));
        await().until(() -> dataplane.report().appliedRevision() == next);
    }

    Dataplane dataplane() {
        return dataplane;
    }

    int port() {
        return dataplane.ports().values().iterator().next();
    }

    String admin(String path) {
        return "http://127.0.0.1:" + dataplane.adminAddress().orElseThrow().getPort() + path;
    }

    String get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(admin(path)))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }

    /** Rows of HAProxy's CSV as {@code pxname/svname}, each by column. */
    Map<String, Map<String, String>> csv() throws Exception {
        List<String> lines = get("/stats;csv").lines().toList();
        List<String> names = Arrays.asList(lines.getFirst().substring(2).split(",", -1));
        Map<String, Map<String, String>> rows = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                row.put(names.get(i), values[i]);
            }
            rows.put(values[0] + " " + values[1], row);
        }
        return rows;
    }

    @Override
    public void close() {
        dataplane.close();
    }
}
