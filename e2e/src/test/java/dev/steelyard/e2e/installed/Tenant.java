package dev.steelyard.e2e.installed;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.Condition;
import dev.steelyard.crds.v1alpha1.Pool;
import dev.steelyard.crds.v1alpha1.VirtualService;
import dev.steelyard.crds.v1alpha1.VirtualServiceStatus;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.cluster.Kubectl;
import dev.steelyard.e2e.cluster.TestNamespace;
import dev.steelyard.e2e.load.Answer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Somebody who has a namespace: applies objects there, and looks at what became of them. */
public final class Tenant implements AutoCloseable {
    private final Installed installed;
    private final TestNamespace namespace;

    Tenant(Installed installed, TestNamespace namespace) {
        this.installed = installed;
        this.namespace = namespace;
    }

    public String namespace() {
        return namespace.name();
    }

    /** kubectl in the namespace. */
    public Kubectl kubectl() {
        return namespace.kubectl();
    }

    /** {@code kubectl apply}, which must succeed. */
    public void apply(String... manifests) {
        kubectl().apply(String.join("", manifests)).requireSuccess();
    }

    private KubernetesClient client() {
        return installed.cluster().client();
    }

    public VirtualService virtualService(String name) {
        return client().resources(VirtualService.class)
                .inNamespace(namespace())
                .withName(name)
                .require();
    }

    /** The status of a virtual service that has one. */
    public VirtualServiceStatus status(String name) {
        return Objects.requireNonNull(virtualService(name).getStatus());
    }

    /** A condition of a virtual service, as {@code TRUE Reason: message}. */
    public String condition(String name, String type) {
        return text(status(name).conditions(), type);
    }

    /** A condition of a pool, as {@code TRUE Reason: message}. */
    public String poolCondition(String name, String type) {
        Pool pool = client().resources(Pool.class)
                .inNamespace(namespace())
                .withName(name)
                .require();
        return text(Objects.requireNonNull(pool.getStatus()).conditions(), type);
    }

    private static String text(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .map(condition -> condition.status() + " " + condition.reason() + ": " + condition.message())
                .findFirst()
                .orElse("none");
    }

    /** Waits until a condition of a virtual service begins with a text, such as {@code FALSE Conflict}. */
    public String awaitCondition(String name, String type, String text) {
        eventually().untilAsserted(() -> assertThat(condition(name, type)).startsWith(text));
        return condition(name, type);
    }

    /** Waits until a condition of a pool begins with a text. */
    public String awaitPoolCondition(String name, String type, String text) {
        eventually().untilAsserted(() -> assertThat(poolCondition(name, type)).startsWith(text));
        return poolCondition(name, type);
    }

    /** Waits until all nodes serve the present generation of a virtual service. */
    public void awaitProgrammed(String name) {
        eventually().untilAsserted(() -> {
            VirtualService service = virtualService(name);
            VirtualServiceStatus status = Objects.requireNonNull(service.getStatus());
            assertThat(status.programmedGeneration())
                    .as("programmed generation of %s, whose status is %s", name, status)
                    .isEqualTo(service.getMetadata().getGeneration());
        });
    }

    /** Waits until clients of the shared node get an answer from one of these backends, and from each of them. */
    public void awaitAnswers(int port, String host, EchoServer... backends) {
        List<String> names = Arrays.stream(backends).map(EchoServer::name).toList();
        for (String name : names) {
            eventually().untilAsserted(() -> {
                Answer answer = installed.node().get(port, host, "/");
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                assertThat(answer.text().strip()).isEqualTo(name);
            });
        }
    }

    /** The Events on an object, as {@code Type/Reason: note}. */
    public List<String> events(String kind, String name) {
        return client().events().v1().events().inNamespace(namespace()).list().getItems().stream()
                .filter(event -> event.getRegarding().getKind().equals(kind)
                        && event.getRegarding().getName().equals(name))
                .map(event -> event.getType() + "/" + event.getReason() + ": " + event.getNote())
                .toList();
    }

    @Override
    public void close() {
        namespace.close();
    }
}
