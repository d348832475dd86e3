package dev.steelyard.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.Policy;
import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PolicyStatus;
import dev.steelyard.operator.event.EventWriter;
import dev.steelyard.snapshot.ObjectKey;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.retry.RetryExecution;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWriterTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final ObjectKey EDGE = new ObjectKey("shop", "edge");

    private volatile int code = 200;
    private HttpServer server;
    private KubernetesClient client;
    private Board<PolicyStatus> board;
    private StatusWriter<Policy, PolicySpec, PolicyStatus> writer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = Serialization.asJson(policy()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(code, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        board = new Board<>();
        writer =
                new StatusWriter<>(StatusKind.POLICY, board, () -> true, new EventWriter(client, "test", clock), clock);
        board.post(Map.of(EDGE, new Board.Desired<>("uid", status())));
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void aStatusThatWasRefusedAsAConflictIsTriedAgain() {
        code = 409;
        assertThatThrownBy(() -> writer.reconcile(policy(), context())).isInstanceOf(KubernetesClientException.class);
    }

    @Test
    void aStatusOfAnObjectThatIsGoneIsNot() {
        code = 404;
        assertThat(writer.reconcile(policy(), context()).isNoUpdate()).isTrue();
    }

    @Test
    void nothingIsRememberedOfAnObjectThatIsGone() {
        writer.reconcile(policy(), context());
        assertThat(writer.remembered()).isEqualTo(1);

        board.post(Map.of());

        assertThat(writer.remembered()).isZero();
    }

    @Test
    void tryingAgainNeverEndsAndIsNeverLongInComing() {
        RetryExecution attempts = Kinds.RETRY.initExecution();
        for (int i = 0; i < 1000; i++) {
            assertThat(attempts.nextDelay())
                    .hasValueSatisfying(delay -> assertThat(delay).isBetween(500L, 30_000L));
        }
    }

    private static PolicyStatus status() {
        return new PolicyStatus(1L, List.of(new Condition("Accepted", Condition.Status.TRUE, "Accepted", "", 1L, NOW)));
    }

    private static Policy policy() {
        Policy policy = new Policy();
        policy.setMetadata(new ObjectMetaBuilder()
                .withNamespace(EDGE.namespace())
                .withName(EDGE.name())
                .withUid("uid")
                .withResourceVersion("1")
                .build());
        return policy;
    }

    /** Of what a reconciler is given, the writer uses the client. */
    @SuppressWarnings("unchecked")
    private Context<Policy> context() {
        return (Context<Policy>) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getClient")) {
                        return client;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
