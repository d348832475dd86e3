package dev.steelyard.e2e.cluster;

import dev.steelyard.e2e.network.OwnNetwork;
import dev.steelyard.e2e.network.TestHost;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.process.TestCertificates;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * etcd, kube-apiserver and kube-controller-manager as processes of this machine, all of Kubernetes but scheduler and
 * nodes. They listen on loopback, or, where the tests have a network of their own, where {@link TestHost}s reach them. Ready in about 4 s.
 */
final class ProgramCluster implements StoppableCluster {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path programs;
    private final Path folder;
    private final String address = OwnNetwork.isPresent() ? OwnNetwork.GATEWAY : "127.0.0.1";
    private final int etcdPort = Ports.free();
    private final int port = Ports.free();
    private final TestCertificates certificates;
    private final Connection connection;
    private final List<ServerProcess> others = new ArrayList<>();
    private ServerProcess apiServer;

    ProgramCluster(Path programs, String name) {
        if (OwnNetwork.isPresent()) {
            OwnNetwork.requireSwitch();
        }
        this.programs = programs;
        this.folder = SourceTree.newFolder("kubernetes-" + name);
        this.certificates = new TestCertificates(folder);
        certificates.issue(
                "apiserver", "/CN=kube-apiserver", List.of("IP:" + address, "IP:127.0.0.1", "DNS:localhost"));
        certificates.issue("admin", "/O=system:masters/CN=admin", List.of());
        Path kubeconfig = KubeconfigFile.write(folder, certificates, "admin", "https://" + address + ":" + port);
        Path kubectl = programs.resolve("kubectl");
        this.connection = Connection.open(Files.isExecutable(kubectl) ? kubectl : Kubectl.onPath(), kubeconfig);
        others.add(startEtcd());
        this.apiServer = launchApiServer();
        if (Files.isExecutable(programs.resolve("kube-controller-manager"))) {
            others.add(startControllers());
        }
    }

    @Override
    public String description() {
        return "the programs in " + programs + (others.size() > 1 ? "" : ", without controllers") + ", logs in "
                + folder;
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
        apiServer.kill();
    }

    @Override
    public void startApiServer() {
        apiServer = launchApiServer();
    }

    @Override
    public void freezeApiServer() {
        apiServer.signal("STOP");
    }

    @Override
    public void thawApiServer() {
        apiServer.signal("CONT");
    }

    @Override
    public void revive() {
        if (apiServer.isAlive()) {
            thawApiServer(); // no harm if it is not frozen
        } else {
            startApiServer();
        }
    }

    @Override
    public void close() {
        connection.close();
        apiServer.close();
        others.forEach(ServerProcess::close);
    }

    private ServerProcess startEtcd() {
        String peer = "http://127.0.0.1:" + Ports.free();
        // What the tests write need not survive a power cut; without fsync all is faster.
        String url = "http://127.0.0.1:" + etcdPort;
        ServerProcess started = start(
                "etcd",
                Map.of("ETCD_UNSAFE_NO_FSYNC", "true"),
                List.of(
                        "--data-dir=" + folder.resolve("etcd"),
                        "--log-level=warn",
                        "--initial-cluster=default=" + peer,
                        "--listen-client-urls=" + url,
                        "--advertise-client-urls=" + url,
                        "--listen-peer-urls=" + peer,
                        "--initial-advertise-peer-urls=" + peer));
        started.await("ready", START, () -> Ports.answers("127.0.0.1", etcdPort));
        return started;
    }

    private ServerProcess launchApiServer() {
        String serviceAccountKey = certificates.key("ca").toString();
        // A larger GOGC halves the collector's work during the start. The advertised address and the reconciler's
        // absence let it start on a machine without a default route.
        ServerProcess started = start(
                "kube-apiserver",
                Map.of("GOGC", "400"),
                List.of(
                        "--etcd-servers=http://127.0.0.1:" + etcdPort,
                        "--bind-address=" + address,
                        "--secure-port=" + port,
                        "--advertise-address=" + address,
                        "--endpoint-reconciler-type=none",
                        "--tls-cert-file=" + certificates.certificate("apiserver"),
                        "--tls-private-key-file=" + certificates.key("apiserver"),
                        "--client-ca-file=" + certificates.authority(),
                        "--authorization-mode=Node,RBAC",
                        "--service-account-issuer=https://kubernetes.default.svc",
                        "--service-account-key-file=" + serviceAccountKey,
                        "--service-account-signing-key-file=" + serviceAccountKey,
                        "--service-cluster-ip-range=10.96.0.0/16"));
        started.await(
                "ready",
                START,
                () -> connection.kubectl().run("get", "--raw=/readyz").succeeded());
        return started;
    }

    private ServerProcess startControllers() {
        ServerProcess started = start(
                "kube-controller-manager",
                Map.of(),
                List.of(
                        "--kubeconfig=" + kubeconfig(),
                        "--leader-elect=false",
                        "--secure-port=0",
                        "--use-service-account-credentials",
                        "--kube-api-qps=500",
                        "--kube-api-burst=1000",
                        "--root-ca-file=" + certificates.authority(),
                        "--service-account-private-key-file=" + certificates.key("ca")));
        // The controllers are at work once one of them has made this service account.
        started.await(
                "at work",
                START,
                () -> kubectl().run("get", "serviceaccount", "default").succeeded());
        return started;
    }

    private ServerProcess start(String program, Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
        command.addAll(arguments);
        return ServerProcess.start(program, folder.resolve(program + ".log"), environment, command)
                .inBackground();
    }
}
