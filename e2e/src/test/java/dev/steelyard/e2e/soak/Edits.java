package dev.steelyard.e2e.soak;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.TestCertificates;
import dev.steelyard.e2e.program.ServedFolder;
import java.util.List;
import java.util.stream.Collectors;

/** The manifests of the soak in their folder, and how they change: endpoints, algorithm, routes, certificate, what is no object. */
final class Edits {
    private final ServedFolder folder;
    private final SoakPorts ports;
    private final List<EchoServer> backends;
    private final TestCertificates certificates;
    private int number;

    /** Two certificates with their keys are issued, which take turns. */
    Edits(ServedFolder folder, SoakPorts ports, List<EchoServer> backends, TestCertificates certificates) {
        this.folder = folder;
        this.ports = ports;
        this.backends = backends;
        this.certificates = certificates;
        for (String name : List.of("one", "two")) {
            certificates.issue(name, "/CN=" + name, List.of("DNS:" + SoakPorts.HOST));
        }
    }

    /** Writes what there is at first. */
    void begin(String fixed) {
        folder.replace("fixed.yaml", fixed);
        folder.replace("pool.yaml", pool());
        folder.replace("certificate.yaml", certificates.secret("web", "one"));
        folder.replace("routes.yaml", service());
    }

    /** Makes the next edit; returns how many there have been. */
    int next() {
        number++;
        switch (number % 5) {
            case 0, 2 -> folder.replace("pool.yaml", pool());
            case 1 -> folder.replace("routes.yaml", service());
            case 3 -> folder.replace("certificate.yaml", certificates.secret("web", number % 2 == 0 ? "one" : "two"));
            default -> {
                // What is no object, for a moment; then one that comes and goes.
                folder.write("extra.yaml", "kind: [");
                folder.replace("extra.yaml", "");
            }
        }
        return number;
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
}
