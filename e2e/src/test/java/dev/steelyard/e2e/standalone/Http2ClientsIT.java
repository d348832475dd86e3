package dev.steelyard.e2e.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.Peer;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 as curl, nghttp2 and the JDK speak it, to a server of Node.js that is reached by either version. */
class Http2ClientsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Executor NEW_THREAD = task -> new Thread(task, "client").start();
    private static final int LARGE = 24 * 1024 * 1024;
    private static final int WEB = Ports.free();
    private static final int SECURE = Ports.free();
    private static final String PLAIN = "http://127.0.0.1:" + WEB;
    private static final String ENCRYPTED = "https://127.0.0.1:" + SECURE;

    private static final ServedFolder FOLDER = ServedFolder.create("http2-clients");
    private static final TestCertificates CERTIFICATES =
            new TestCertificates(SourceTree.newFolder("http2-certificates"));
    private static Peer peer;
    private static SteelyardProcess steelyard;

    @BeforeAll
    static void start() throws IOException {
        peer = Peer.start();
        CERTIFICATES.issue("web", "/CN=web", List.of("IP:127.0.0.1"));
        FOLDER.write("secret.yaml", CERTIFICATES.secret("web", "web"));
        FOLDER.write("all.yaml", peer.pools(), """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: web}
                spec:
                  listeners:
                  - {name: web, port: %d, protocol: HTTP}
                  - name: secure
                    port: %d
                    protocol: HTTPS
                    tls: {certificates: [{secretName: web}], http2: true, http3: true}
                  routes: [{name: two, match: [{path: {type: Prefix, value: /h2}}], pools: [{name: peer2}]}]
                  pool: peer1
                """.formatted(WEB, SECURE));
        steelyard = run();
    }

    private static SteelyardProcess run() {
        return SteelyardProcess.standalone(FOLDER.path())
                .arguments("--state", ServedFolder.create("http2-state").path().toString())
                .start()
                .awaitOutput("ready ");
    }

    @AfterAll
    static void stop() {
        try {
            steelyard.showLeaks();
        } finally {
            steelyard.close();
            peer.close();
        }
    }

    private static String curl(String... arguments) {
        List<String> command = new java.util.ArrayList<>(List.of("curl", "-sS", "--max-time", "60", "--cacert"));
        command.add(CERTIFICATES.authority().toString());
        command.addAll(Arrays.asList(arguments));
        return Commands.run(command.toArray(String[]::new)).requireSuccess();
    }

    @Test
    void byPriorKnowledgeAndByAgreement() {
        String told = "by %{http_version}";
        assertThat(curl("--http2-prior-knowledge", "-w", told, PLAIN + "/")).isEqualTo("peer by HTTP/1.1\nby 2");
        assertThat(curl("--http2-prior-knowledge", "-w", told, PLAIN + "/h2/")).isEqualTo("peer by HTTP/2.0\nby 2");
        assertThat(curl("--http2", "-w", told, ENCRYPTED + "/h2/")).isEqualTo("peer by HTTP/2.0\nby 2");
        assertThat(curl("--http1.1", "-w", told, ENCRYPTED + "/h2/")).isEqualTo("peer by HTTP/2.0\nby 1.1");
        // Upgrade to h2c is not agreed to; the request is served.
        assertThat(curl("--http2", "-w", told, PLAIN + "/")).isEqualTo("peer by HTTP/1.1\nby 1.1");
    }

    @Test
    void responsesTellOfHttp3() {
        assertThat(curl("--http2", "-i", ENCRYPTED + "/"))
                .startsWith("HTTP/2 200")
                .contains("alt-svc: h3=\":" + SECURE + "\"; ma=86400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/h2/"})
    void largeBodiesPassBothWays(String to) throws Exception {
        Path file = SourceTree.newFolder("http2-large").resolve("file");
        byte[] octets = new byte[LARGE];
        Arrays.fill(octets, (byte) 'x');
        Files.write(file, octets);
        String digest = digest(octets);
        assertThat(curl("--http2", "-T", file.toString(), ENCRYPTED + to + "digest"))
                .isEqualTo(digest + "\n");
        Path got = file.resolveSibling("got");
        curl("--http2", "-o", got.toString(), ENCRYPTED + to + "large/" + LARGE);
        assertThat(digest(Files.readAllBytes(got))).isEqualTo(digest);
    }

    private static String digest(byte[] octets) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/trailers", "/h2/trailers"})
    void earlyHintsAndTrailersReachTheClient(String path) {
        String seen = Commands.run("nghttp", "-nv", "--no-verify-peer", ENCRYPTED + path)
                .requireSuccess()
                .replaceAll("\u001b\\[[0-9;]*m", "");
        assertThat(seen)
                .containsSubsequence(
                        ":status: 103",
                        "link: </style.css>; rel=preload; as=style",
                        ":status: 200",
                        "recv DATA frame <length=3",
                        "x-sum: 6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/h2/"})
    void manyStreamsOnFewConnections(String path) {
        String seen = Commands.run("h2load", "-n", "6000", "-c", "4", "-m", "100", PLAIN + path)
                .requireSuccess();
        assertThat(seen)
                .contains("6000 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: 6000 2xx, 0 3xx, 0 4xx, 0 5xx");
    }

    @Test
    void whatIsUnderWayWhenTheProcessStopsIsAnswered() {
        try (SteelyardProcess stopped = runBeside()) {
            List<CompletableFuture<String>> slow = IntStream.range(0, 5)
                    .mapToObj(_ -> CompletableFuture.supplyAsync(
                            () -> curl("--http2", "-w", "%{http_version} %{http_code}", otherUrl() + "/delay/4000"),
                            NEW_THREAD))
                    .toList();
            await().atMost(LIMIT).until(() -> peer.process().output().lines().count() >= 5);
            assertThat(stopped.terminate(LIMIT)).isZero();
            assertThat(slow).allSatisfy(each -> assertThat(each.join()).isEqualTo("late\n2 200"));
        }
    }

    private static final int OTHER = Ports.free();

    private static String otherUrl() {
        return "https://127.0.0.1:" + OTHER;
    }

    /** One of its own, on a port of its own. */
    private static SteelyardProcess runBeside() {
        ServedFolder other = ServedFolder.create("http2-other");
        try {
            for (String file : List.of("secret.yaml", "all.yaml")) {
                other.write(
                        file,
                        Files.readString(FOLDER.path().resolve(file))
                                .replace(Integer.toString(SECURE), Integer.toString(OTHER))
                                .replace("- {name: web, port: " + WEB + ", protocol: HTTP}\n", "\n"));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return SteelyardProcess.standalone(other.path()).start().awaitOutput("ready ");
    }

    /** A client whose connections get GOAWAY, again and again, asks for everything once and gets it. */
    @Test
    void theNextProcessCostsNoRequest() {
        AtomicBoolean running = new AtomicBoolean(true);
        AtomicLong answered = new AtomicLong();
        List<String> failures = new CopyOnWriteArrayList<>();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(CERTIFICATES.trust()).build()) {
            List<Thread> clients = IntStream.range(0, 6)
                    .mapToObj(_ -> Thread.ofPlatform().daemon().start(() -> {
                        while (running.get()) {
                            String failure = ask(client);
                            if (failure.isEmpty()) {
                                answered.incrementAndGet();
                            } else {
                                failures.add(failure);
                            }
                        }
                    }))
                    .toList();
            await().atMost(LIMIT).until(() -> answered.get() > 100);
            for (int i = 0; i < 2; i++) {
                SteelyardProcess next = steelyard.another();
                try (SteelyardProcess old = steelyard) {
                    steelyard = next;
                    next.awaitOutput("ready ");
                    assertThat(old.awaitEnd(LIMIT)).isZero();
                }
                long before = answered.get();
                await().atMost(LIMIT).until(() -> answered.get() > before + 100);
            }
            running.set(false);
            for (Thread each : clients) {
                each.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(failures).isEmpty();
    }

    private static String ask(HttpClient client) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(ENCRYPTED + "/"))
                            .timeout(LIMIT)
                            .build(),
                    BodyHandlers.ofString());
            boolean right = response.statusCode() == 200 && response.version() == HttpClient.Version.HTTP_2;
            return right ? "" : response.version() + " " + response.statusCode();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            return "interrupted";
        }
    }
}
