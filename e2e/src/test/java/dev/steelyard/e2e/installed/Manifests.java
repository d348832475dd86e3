package dev.steelyard.e2e.installed;

import dev.steelyard.e2e.backend.EchoServer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Manifests as users write them, each ending with a document separator. */
public final class Manifests {
    /** The port of the tests' backends, each of which has an address of its own. */
    public static final int BACKEND_PORT = 8080;

    private Manifests() {}

    /** A Service without a selector, with one port named {@code http}. */
    public static String service(String name) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec:
                  ports: [{name: http, port: 80, targetPort: %d}]
                ---
                """.formatted(name, BACKEND_PORT);
    }

    /** The EndpointSlice of a Service, with backends that are ready. */
    public static String endpoints(String service, EchoServer... backends) {
        String endpoints = Stream.of(backends)
                .map(backend -> "{addresses: [" + backend.host() + "], conditions: {ready: true}}")
                .collect(Collectors.joining(", "));
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: %1$s-1
                  labels: {kubernetes.io/service-name: %1$s}
                addressType: IPv4
                ports: [{name: http, port: %2$d, protocol: TCP}]
                endpoints: [%3$s]
                ---
                """.formatted(service, BACKEND_PORT, endpoints);
    }

    /** The EndpointSlice of a Service, with one endpoint. */
    public static String slice(String service, String port, String host, int number) {
        return """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: %s-1, labels: {kubernetes.io/service-name: %s}}
                addressType: IPv4
                ports: [{name: %s, port: %d}]
                endpoints: [{addresses: [%s]}]
                """.formatted(service, service, port, number, host);
    }

    /** A Pool of one Service, with further lines of its spec. */
    public static String pool(String name, String service, String... more) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: Pool
                metadata: {name: %s}
                spec:
                  members: [{service: {name: %s, port: http}}]
                %s---
                """.formatted(name, service, indented(more));
    }

    /** A VirtualService with one HTTP listener and one host, with further lines of its spec. */
    public static String virtualService(String name, int port, String host, String pool, String... more) {
        return """
                apiVersion: steelyard.dev/v1alpha1
                kind: VirtualService
                metadata: {name: %s}
                spec:
                  listeners: [{name: web, port: %d, protocol: HTTP}]
                  hosts: ["%s"]
                  pool: %s
                %s---
                """.formatted(name, port, host, pool, indented(more));
    }

    /** Service, EndpointSlice, Pool and VirtualService of one name. */
    public static String all(String name, int port, String host, EchoServer... backends) {
        return service(name) + endpoints(name, backends) + pool(name, name) + virtualService(name, port, host, name);
    }

    private static String indented(String... lines) {
        return List.of(lines).stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
    }
}
