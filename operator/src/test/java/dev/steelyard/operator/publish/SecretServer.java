package dev.steelyard.operator.publish;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretListBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The few requests about the Secrets of one namespace that a publisher makes, with optimistic concurrency, as an API server answers them. */
final class SecretServer implements AutoCloseable {

    static final String NAMESPACE = "steelyard-snapshots";
    private static final String PATH = "/api/v1/namespaces/" + NAMESPACE + "/secrets";

    /** By name. */
    final Map<String, Secret> secrets = new ConcurrentSkipListMap<>();

    private final AtomicLong version = new AtomicLong();
    private final HttpServer server;

    SecretServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(PATH, this::answer);
        server.start();
    }

    KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl("http://" + server.getAddress().getHostString() + ":"
                                + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String name = path.length() > PATH.length() ? path.substring(PATH.length() + 1) : "";
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        switch (exchange.getRequestMethod()) {
            case "POST" -> create(exchange, Serialization.unmarshal(body, Secret.class));
            case "PUT" -> replace(exchange, name, Serialization.unmarshal(body, Secret.class));
            case "DELETE" -> send(exchange, secrets.remove(name) == null ? 404 : 200, null);
            default -> {
                if (name.isEmpty()) {
                    send(
                            exchange,
                            200,
                            new SecretListBuilder()
                                    .withNewMetadata()
                                    .endMetadata()
                                    .addAllToItems(secrets.values().stream()
                                            .filter(secret -> secret.getMetadata()
                                                    .getLabels()
                                                    .containsKey(SnapshotSecrets.LABEL))
                                            .toList())
                                    .build());
                } else {
                    send(exchange, secrets.containsKey(name) ? 200 : 404, secrets.get(name));
                }
            }
        }
    }

    private void create(HttpExchange exchange, Secret secret) throws IOException {
        if (secrets.containsKey(secret.getMetadata().getName())) {
            send(exchange, 409, null);
        } else {
            send(exchange, 201, store(secret));
        }
    }

    private void replace(HttpExchange exchange, String name, Secret secret) throws IOException {
        Secret there = secrets.get(name);
        if (there == null) {
            send(exchange, 404, null);
        } else if (!Objects.equals(
                there.getMetadata().getResourceVersion(), secret.getMetadata().getResourceVersion())) {
            send(exchange, 409, null);
        } else {
            send(exchange, 200, store(secret));
        }
    }

    private Secret store(Secret secret) {
        secret.getMetadata().setResourceVersion(Long.toString(version.incrementAndGet()));
        secret.getMetadata().setCreationTimestamp("2026-01-02T03:04:05Z");
        secrets.put(secret.getMetadata().getName(), secret);
        return secret;
    }

    private static void send(HttpExchange exchange, int code, @Nullable Object answer) throws IOException {
        byte[] body = Serialization.asJson(
                        answer == null
                                ? new StatusBuilder()
                                        .withCode(code)
                                        .withStatus(code == 200 ? "Success" : "Failure")
                                        .build()
                                : answer)
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
