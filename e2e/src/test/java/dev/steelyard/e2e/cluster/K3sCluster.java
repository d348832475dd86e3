package dev.steelyard.e2e.cluster;

import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.SourceTree;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s in a container, at a port of this machine that stays the same when it is stopped and started. */
final class K3sCluster implements StoppableCluster {
    private static final int API_PORT = 6443;
    private static final String IMAGE =
            Optional.ofNullable(System.getenv("STEELYARD_E2E_K3S_IMAGE")).orElse("rancher/k3s:v1.35.4-k3s1");

    private final K3sContainer container = new K3sContainer(DockerImageName.parse(IMAGE));
    private final Connection connection;

    K3sCluster() {
        PortBinding fixed = new PortBinding(Binding.bindPort(Ports.free()), new ExposedPort(API_PORT));
        container.withCreateContainerCmdModifier(
                command -> Objects.requireNonNull(command.getHostConfig()).withPortBindings(fixed));
        container.start();
        Path kubeconfig = SourceTree.newFolder("k3s").resolve("kubeconfig");
        try {
            Files.writeString(kubeconfig, container.getKubeConfigYaml());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path program = Kubectl.onPath();
        this.connection =
                Connection.open(program, ServiceAccountLogin.asAdministrator(Connection.kubectl(program, kubeconfig)));
    }

    @Override
    public String description() {
        return IMAGE + " in Docker";
    }

    @Override
    public Path kubeconfig() {
        return connection.kubeconfig();
    }

    @Override
    public Kubectl kubectl() {
        return connection.kubectl();
    }

    @Override
    public KubernetesClient client() {
        return connection.client();
    }

    @Override
    public void stopApiServer() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void startApiServer() {
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> kubectl().run("get", "--raw=/readyz").succeeded());
    }

    @Override
    public void freezeApiServer() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void thawApiServer() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public void revive() {
        ContainerState state = container
                .getDockerClient()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState();
        if (Boolean.TRUE.equals(state.getPaused())) {
            thawApiServer();
        } else if (!Boolean.TRUE.equals(state.getRunning())) {
            startApiServer();
        }
    }

    @Override
    public void close() {
        connection.close();
        container.stop();
    }
}
