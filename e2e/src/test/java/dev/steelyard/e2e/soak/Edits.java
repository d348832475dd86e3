package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;

/** The manifests of the soak in their folder, and how they change: endpoints, algorithm, routes, certificate, what is no object. */
final class Edits {
    private final Path folder;
    private final SoakPorts ports;
    private final List<EchoServer> backends;
    private final TestCertificates certificates;
    private int number;

    /** Two certificates with their keys are issued, which take turns. */
    Edits(Path folder, SoakPorts ports, List<EchoServer> backends, TestCertificates certificates) {
        this.folder = folder;
        this.ports = ports;
        this.backends = backends;
        this.certificates = certificates;
        for (String name : List.of("one", "two")) {
            certificates.issue(name, "/CN=" + name, List.of("DNS:" + SoakPorts.HOST));
        }
    }

    /** Writes what there is at first. */
    void begin(String fixed) throws IOException {
        write("fixed.yaml", fixed);
        write("pool.yaml", pool());
        write("certificate.yaml", certificate("one"));
        write("routes.yaml", service());
    }

    /** Makes the next edit; returns how many there have been. */
    int next() throws IOException {
        number++;
        switch (number % 5) {
            case 0, 2 -> write("pool.yaml", pool());
            case 1 -> write("routes.yaml", service());
            case 3 -> write("certificate.yaml", certificate(number % 2 == 0 ? "one" : "two"));
            default -> {
                // What is no object, for a moment; then one that comes and goes.
                Files.writeString(folder.resolve("extra.yaml"), "kind: [");
                write("extra.yaml", "");
            }
        }
        return number;
    }

    /** As editors do: a new file takes the place of the old. */
    private void write(String name, String text) throws IOException {
        Path next = folder.resolve("." + name + ".next");
        Files.writeString(next, text);
        Files.move(next, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private String pool() {
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

    private String service() {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: web}
                spec:
                  listeners:
                  - {name: web, port: %d, protocol: HTTP}
                  - {name: secure, port: %d, protocol: HTTPS, tls: {certificates: [{secretName: web}], http2: true, http3: true}}
                  hosts: [%s]
                  routes:
                  - {name: tunnel, match: [{path: {type: Prefix, value: /tunnel}}], pools: [{name: echo}]}
                  - {name: chat, match: [{path: {type: Prefix, value: /chat}}], pools: [{name: chat}]}
                  - {name: calls, match: [{path: {type: Prefix, value: /steelyard.Echo}}], pools: [{name: calls}]}
                  - {name: php, match: [{path: {type: Exact, value: /hello.php}}], pools: [{name: php}]}
                  - {name: n%d, match: [{path: {type: Prefix, value: /n%d}}], pools: [{name: web}]}
                  pool: web
                """.formatted(ports.http(), ports.https(), SoakPorts.HOST, number, number);
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
