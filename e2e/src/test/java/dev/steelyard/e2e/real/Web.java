package dev.steelyard.e2e.real;

import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.cluster.TestNamespace;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A namespace with three pods of a web server, and a virtual service for them on port 80 of every node. */
final class Web implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private static final String MANIFEST = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: web}
            data:
              default.conf: |
                server { listen 80; location / { return 200 "$hostname\\n"; } }
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 3
              strategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 10
                  topologySpreadConstraints:
                  - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
                  containers:
                  - name: web
                    image: nginx:1.29-alpine
                    ports: [{name: http, containerPort: 80}]
                    readinessProbe: {httpGet: {path: /, port: http}, periodSeconds: 1}
                    lifecycle: {preStop: {sleep: {seconds: 3}}}
                    volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
                  volumes: [{name: conf, configMap: {name: web}}]
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec:
              selector: {app: web}
              ports: [{name: http, port: 80, targetPort: http}]
            ---
            apiVersion: steelyard.dev/v1alpha1
            kind: Pool
            metadata: {name: web}
            spec:
              members: [{service: {name: web, port: http}}]
              healthCheck: {type: HTTP, path: /, interval: 1s, timeout: 1s}
            ---
            apiVersion: steelyard.dev/v1alpha1
            kind: VirtualService
            metadata: {name: web}
            spec:
              listeners: [{name: web, port: 80, protocol: HTTP}]
              hosts: [HOST]
              pool: web
            """;

    private final RealCluster cluster;
    private final TestNamespace namespace;
    private final String host = "web" + NUMBERS.incrementAndGet() + ".example.com";

    /** Waits until every node serves. */
    Web(RealCluster cluster) {
        this.cluster = cluster;
        this.namespace = new TestNamespace(cluster.kubectl(), host.substring(0, host.indexOf('.')));
        kubectl().apply(MANIFEST.replace("HOST", host)).requireSuccess();
        awaitRolledOut();
        awaitServed();
    }

    Kubectl kubectl() {
        return namespace.kubectl();
    }

    String host() {
        return host;
    }

    /** Gives every pod a successor, and waits for the end of it. */
    void rollOver() {
        kubectl().get("rollout", "restart", "deployment/web");
        awaitRolledOut();
    }

    void awaitRolledOut() {
        kubectl().get("rollout", "status", "deployment/web", "--timeout=120s");
    }

    void awaitServed() {
        kubectl().get("wait", "virtualservice/web", "--for=condition=Programmed", "--timeout=120s");
        kubectl().get("wait", "virtualservice/web", "--for=condition=Available", "--timeout=60s");
        for (String address : RealCluster.ADDRESSES) {
            await("an answer by " + address)
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> ask(address).startsWith("web-"));
        }
    }

    /** What a client outside of the cluster gets from a node; empty if nothing. */
    String ask(String address) {
        return cluster.runOutside("curl", "-s", "-m", "3", "-H", "Host: " + host, "http://" + address + "/")
                .out()
                .strip();
    }

    OutsideLoad load() {
        return new OutsideLoad(cluster, RealCluster.ADDRESSES, host);
    }

    @Override
    public void close() {
        namespace.close();
    }
}
