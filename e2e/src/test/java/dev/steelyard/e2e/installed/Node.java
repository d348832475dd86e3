package dev.steelyard.e2e.installed;

import dev.steelyard.e2e.cluster.Cluster;
import dev.steelyard.e2e.load.Answer;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.network.NameServer;
import dev.steelyard.e2e.network.TestHost;
import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A node of the cluster: a host of its own with a dataplane, and a Node object that says so. */
public final class Node implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 5000;

    private final Cluster cluster;
    private final String name;
    private final TestHost host;
    private final Path state;
    private final SteelyardProcess dataplane;

    private Node(Cluster cluster, String name, NameServer names) {
        this.cluster = cluster;
        this.name = name;
        this.host = TestHost.start(name);
        this.state = SourceTree.newFolder(name).resolve("state");
        declare();
        dataplane = SteelyardProcess.dataplane(cluster.kubeconfig(), name)
                .arguments("--state", state.toString(), "--threads", "2")
                .under(names.commandPrefix())
                .on(host)
                .start();
    }

    /** Starts the host and its dataplane, and returns at once. */
    static Node start(Cluster cluster, String name, NameServer names) {
        return new Node(cluster, name, names);
    }

    private void declare() {
        cluster.kubectl().apply("""
                apiVersion: v1
                kind: Node
                metadata: {name: %s}
                """.formatted(name)).requireSuccess();
        cluster.kubectl()
                .get(
                        "patch",
                        "node",
                        name,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":{\"addresses\":[{\"type\":\"InternalIP\",\"address\":\"" + host.address()
                                + "\"}]}}");
    }

    public String name() {
        return name;
    }

    /** The address that clients connect to. */
    public String address() {
        return host.address();
    }

    public TestHost host() {
        return host;
    }

    /** The dataplane's program. */
    public SteelyardProcess dataplane() {
        return dataplane;
    }

    /** Where the dataplane keeps what it last served. */
    public Path state() {
        return state;
    }

    /** What to ask this node for, of a host on a port; any 200 is right. */
    public Target target(int port, String hostName, String path) {
        return Target.http(address(), port, hostName, path);
    }

    /** The answer to one GET on a new connection. */
    public Answer get(int port, String hostName, String path) {
        return get(target(port, hostName, path));
    }

    /** The answer to a request on a new connection, of which line and fields are given, and which has no body. */
    public Answer ask(int port, String hostName, String line, String... fields) {
        StringBuilder request = new StringBuilder(line)
                .append(" HTTP/1.1\r\nHost: ")
                .append(hostName)
                .append("\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        try (ClientConnection client = new ClientConnection(target(port, hostName, "/"), TIMEOUT_MILLIS)) {
            return client.send(request.append("\r\n").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The answer to one GET on a new connection. */
    public static Answer get(Target target) {
        try (ClientConnection client = new ClientConnection(target, TIMEOUT_MILLIS)) {
            return client.get(target.host(), target.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something listens on the port. */
    public boolean listens(int port) {
        Target raw = new Target(new InetSocketAddress(address(), port), "x", "/", Optional.empty(), answer -> true);
        try (ClientConnection client = new ClientConnection(raw, TIMEOUT_MILLIS)) {
            return client.isReusable();
        } catch (IOException refused) {
            return false;
        }
    }

    /** The files below {@link #state()} whose path contains a text. */
    public java.util.List<Path> stateFiles(String text) {
        try (var files = Files.walk(state)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> state.relativize(file).toString().contains(text))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the dataplane, and takes host and Node away. */
    @Override
    public void close() {
        try {
            dataplane.close();
        } finally {
            host.close();
            cluster.kubectl().run("delete", "node", name, "--wait=false");
        }
    }
}
