package dev.steelyard.operator.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.operator.demo.DemoBackend;
import dev.steelyard.testing.FreePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Standalone mode with real files, sockets and backends. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set before each test
class StandaloneTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private DemoBackend blue;
    private DemoBackend green;
    private int port;
    private @Nullable Standalone running;

    @BeforeEach
    void startBackends() throws IOException {
        blue = new DemoBackend("blue", 0);
        green = new DemoBackend("green", 0);
        port = FreePort.next();
    }

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
        client.close();
        blue.close();
        green.close();
    }

    @Test
    void servesAndSaysWhenItIsReady() throws Exception {
        write("a.yaml", service(port, "web") + pool(blue) + invalid());
        start();
        assertThat(out.toString(UTF_8)).isEqualTo("ready http://localhost:" + port + "/\n");
        assertThat(err.toString(UTF_8))
                .contains("a.yaml: VirtualService/bad: spec.pools: there is no such field: is pool meant?");
        assertThat(get()).startsWith("200 Hello from blue");
    }

    @Test
    void thereIsNothingValid() throws IOException {
        write("a.yaml", invalid());
        assertThat(standalone()).isEmpty();
        assertThat(err.toString(UTF_8)).contains("VirtualService/bad").contains("nothing valid to serve");
    }

    @Test
    void editsLoseNoRequest() throws Exception {
        write("service.yaml", service(port, "web"));
        write("pool.yaml", pool(blue));
        start();
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger count = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread load = Thread.ofVirtual().start(() -> {
            try {
                while (!stop.get()) {
                    assertThat(get()).startsWith("200 Hello from ");
                    count.incrementAndGet();
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        for (int i = 0; i < 10; i++) {
            DemoBackend backend = i % 2 == 0 ? green : blue;
            if (i % 3 == 0) {
                write("pool.yaml", "apiVersion: steelyard.dev/v1alpha1\nkind: [");
            }
            if (i % 3 == 1) {
                Path next = write(".pool.yaml.next", pool(backend));
                Files.move(next, folder.resolve("pool.yaml"), StandardCopyOption.ATOMIC_MOVE);
            } else {
                write("pool.yaml", pool(backend));
            }
            String name = i % 2 == 0 ? "green" : "blue";
            await().atMost(Duration.ofSeconds(10)).until(() -> get().contains(name));
        }
        stop.set(true);
        load.join();
        assertThat(failure.get()).isNull();
        assertThat(count.get()).isPositive();
    }

    @Test
    void whatIsInADeletedFileIsServedNoMore() throws Exception {
        int other = FreePort.next();
        write("a.yaml", service(port, "web") + pool(blue));
        write("b.yaml", service(other, "other"));
        start();
        assertThat(get(other)).startsWith("200");
        Files.delete(folder.resolve("b.yaml"));
        await().atMost(Duration.ofSeconds(10)).until(() -> refused(other));
        assertThat(get()).startsWith("200");
    }

    @Test
    void refusedObjectIsServedAsItWas() throws Exception {
        write("a.yaml", service(port, "web") + pool(blue));
        start();
        write("a.yaml", service(port, "web").replace("pool: web", "pool: web, forwarding: Tunnel") + pool(green));
        await().atMost(Duration.ofSeconds(10)).until(() -> get().contains("green"));
        assertThat(err.toString(UTF_8)).contains("a.yaml: VirtualService/web: spec.forwarding: ");
    }

    @Test
    void endpointsOfAServiceComeFromItsSlices() throws Exception {
        String service =
                "---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}]}}\n";
        write(
                "a.yaml",
                service(port, "web") + service
                        + "---\n{apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: web}, spec: {members:"
                        + " [{service: {name: web, port: http}}]}}\n");
        start();
        assertThat(err.toString(UTF_8)).contains("a.yaml: Service/web: warning: has no endpoints");
        assertThat(get()).startsWith("503");
        write(
                "slice.yaml",
                "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1, labels:"
                        + " {kubernetes.io/service-name: web}}, addressType: IPv4, ports: [{name: http, port: "
                        + blue.port() + "}], endpoints: [{addresses: [127.0.0.1]}]}\n");
        await().atMost(Duration.ofSeconds(10)).until(() -> get().startsWith("200 Hello from blue"));
    }

    @Test
    void drainsBeforeItEnds() throws Exception {
        write("a.yaml", service(port, "web") + pool(blue));
        start();
        assertThat(get()).startsWith("200");
        standaloneRunning().drain(Duration.ofSeconds(5));
        assertThat(refused(port)).isTrue();
    }

    private Standalone standaloneRunning() {
        return Optional.ofNullable(running).orElseThrow();
    }

    private void start() throws IOException {
        running = standalone().orElseThrow(() -> new AssertionError(err.toString(UTF_8)));
        await().atMost(Duration.ofSeconds(10)).until(() -> out.toString(UTF_8).startsWith("ready "));
    }

    private Optional<Standalone> standalone() throws IOException {
        StandaloneOptions options = new StandaloneOptions(
                List.of(folder), DataplaneOptions.standard("test").withThreads(2), false);
        return Standalone.start(
                options, InstantSource.system(), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    private String get() throws IOException, InterruptedException {
        return get(port);
    }

    private String get(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .timeout(Duration.ofSeconds(10))
                .build();
        var response = client.send(request, BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private boolean refused(int port) throws IOException, InterruptedException {
        try {
            get(port);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String service(int port, String name) {
        return "---\n{apiVersion: steelyard.dev/v1alpha1, kind: VirtualService, metadata: {name: " + name
                + "}, spec: {listeners: [{name: web, port: " + port + ", protocol: HTTP}], pool: web}}\n";
    }

    private static String pool(DemoBackend backend) {
        return "---\n{apiVersion: steelyard.dev/v1alpha1, kind: Pool, metadata: {name: web}, spec: {members: [{address:"
                + " 127.0.0.1, port: " + backend.port() + "}]}}\n";
    }

    private static String invalid() {
        return "---\n{apiVersion: steelyard.dev/v1alpha1, kind: VirtualService, metadata: {name: bad}, spec: {listeners:"
                + " [{name: web, port: 80, protocol: HTTP}], pools: web}}\n";
    }
}
