package dev.steelyard.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.LoadReport;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Mixed load for the time in the system property {@code steelyard.soak} (seconds), while routes, endpoints and certificates change twice a
 * second: no client sees an error, and memory, files and threads do not grow.
 */
@SuppressWarnings("SystemOut") // for whoever waits
class Soak {
    private static final String HOST = "soak.example.com";
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int EDITS_BETWEEN_SAMPLES = 60;
    private static final List<String> KINDS =
            List.of("download", "upload", "abort", "slow reader", "conversation", "tunnel");

    private final Path folder = SourceTree.newFolder("soak");
    private final TestCertificates certificates = new TestCertificates(SourceTree.newFolder("soak-certificates"));
    private final int http = Ports.free();
    private final int https = Ports.free();
    private final int tcp = Ports.free();
    private final List<EchoServer> backends = new ArrayList<>();
    private final Errors errors = new Errors();

    @Test
    void nothingFailsAndNothingGrows() throws Exception {
        Duration time = Duration.ofSeconds(Long.getLong("steelyard.soak", 600));
        certificates.issue("one", "/CN=one", List.of("DNS:" + HOST));
        certificates.issue("two", "/CN=two", List.of("DNS:" + HOST));
        for (String name : List.of("a", "b", "c", "d")) {
            backends.add(EchoServer.start(name, "127.0.0.1"));
        }
        try (EchoPort echo = new EchoPort()) {
            write("fixed.yaml", fixed(echo.port()));
            write("pool.yaml", pool(0));
            write("certificate.yaml", certificate("one"));
            write("routes.yaml", service(0));
            try (SteelyardProcess steelyard = SteelyardProcess.standalone(folder)
                    .environment("STEELYARD_JAVA_OPTS", "-Xmx256m -Dio.netty.leakDetection.level=simple")
                    .start()
                    .awaitOutput("ready ")) {
                run(steelyard, time);
            }
        } finally {
            backends.forEach(EchoServer::close);
        }
    }

    private void run(SteelyardProcess steelyard, Duration time) throws Exception {
        Target plain = Target.http("127.0.0.1", http, HOST, "/").expectingOneOf("a", "b", "c", "d");
        Target secure = Target.http("127.0.0.1", https, HOST, "/")
                .over(certificates.trust())
                .expectingOneOf("a", "b", "c", "d");
        // Endpoints that are checked take traffic once their first check has succeeded, a moment after the start.
        await().atMost(Duration.ofSeconds(20)).until(() -> Node.get(plain).status() == 200);
        Sample first;
        Sample last;
        LoadReport overHttp;
        LoadReport overHttps;
        try (Load load = Load.on(plain).start();
                Load tls = Load.on(secure).keeping(2).fresh(1).start();
                Clients clients = new Clients(errors, HOST, http)) {
            clients.downloads(2)
                    .uploads(2)
                    .aborts(2)
                    .slowReaders(2)
                    .conversations(4, tcp)
                    .tunnels(4, plain);
            long begin = System.nanoTime();
            int edit = edits(0, time.dividedBy(5), steelyard);
            first = Sample.of(steelyard);
            System.out.println("soak: warm:  " + first);
            edits(edit, time.minusNanos(System.nanoTime() - begin), steelyard);
            last = Sample.of(steelyard);
            overHttp = load.stop();
            overHttps = tls.stop();
        }
        System.out.println("soak: end:   " + last);
        System.out.println("soak: HTTP:  " + overHttp);
        System.out.println("soak: HTTPS: " + overHttps);
        System.out.println("soak: " + errors);
        assertThat(errors.none()).as("%s", errors).isTrue();
        assertThat(errors.missing(KINDS)).as("kinds of which nothing was done").isEmpty();
        overHttp.requireNoFailures(1_000);
        overHttps.requireNoFailures(100);
        assertThat(last.growthSince(first)).isEmpty();
        assertThat(steelyard.output()).doesNotContain("Exception", "OutOfMemory");
    }

    /** Edits until the time is over; returns the number of the next edit. */
    private int edits(int from, Duration time, SteelyardProcess steelyard) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        int edit = from;
        while (System.nanoTime() < end) {
            Thread.sleep(PAUSE);
            edit(edit++);
            if (edit % EDITS_BETWEEN_SAMPLES == 0) {
                System.out.println("soak: then:  " + Sample.of(steelyard) + "; " + errors);
            }
        }
        return edit;
    }

    private void edit(int number) throws IOException {
        switch (number % 5) {
            case 0, 2 -> write("pool.yaml", pool(number));
            case 1 -> write("routes.yaml", service(number));
            case 3 -> write("certificate.yaml", certificate(number % 2 == 0 ? "one" : "two"));
            default -> {
                // What is no object, for a moment; then one that comes and goes.
                Files.writeString(folder.resolve("extra.yaml"), "kind: [");
                write("extra.yaml", "");
            }
        }
    }

    /** As editors do: a new file takes the place of the old. */
    private void write(String name, String text) throws IOException {
        Path next = folder.resolve("." + name + ".next");
        Files.writeString(next, text);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private String pool(int number) {
        String members = backends.stream()
                .filter(backend -> backends.indexOf(backend) != number / 2 % (backends.size() + 1))
                .map(backend -> "{address: 127.0.0.1, port: " + backend.port() + "}")
                .collect(Collectors.joining(", "));
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: web}
                spec: {members: [%s], algorithm: %s, healthCheck: {type: HTTP, path: /healthz, interval: 2s, timeout: 2s, fall: 5}}
                """.formatted(members, number % 4 == 0 ? "RoundRobin" : "LeastConnections");
    }

    private String service(int number) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: web}
                spec:
                  listeners:
                  - {name: web, port: %d, protocol: HTTP}
                  - {name: secure, port: %d, protocol: HTTPS, tls: {certificates: [{secretName: web}]}}
                  hosts: [%s]
                  routes:
                  - {name: tunnel, match: [{path: {type: Prefix, value: /tunnel}}], pools: [{name: echo}]}
                  - {name: n%d, match: [{path: {type: Prefix, value: /n%d}}], pools: [{name: web}]}
                  pool: web
                """.formatted(http, https, HOST, number, number);
    }

    private String fixed(int echo) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: echo}
                spec: {members: [{address: 127.0.0.1, port: %1$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: echo-tcp}
                spec: {protocol: TCP, members: [{address: 127.0.0.1, port: %1$d}]}
                ---
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: tcp}
                spec: {listeners: [{name: tcp, port: %2$d, protocol: TCP}], pool: echo-tcp}
                """.formatted(echo, tcp);
    }

    private String certificate(String name) throws IOException {
        return """
                apiVersion: v1
                kind: Secret
                metadata: {name: web}
                type: kubernetes.io/tls
                stringData:
                  tls.crt: |
                %s
                  tls.key: |
                %s
                """.formatted(
                        Files.readString(certificates.certificate(name)).indent(4),
                        Files.readString(certificates.key(name)).indent(4));
    }
}
