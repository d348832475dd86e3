package dev.steelyard.e2e.network;

import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A host with an address and ports of its own (a network namespace, plugged into the switch of the tests' network), for
 * programs that would otherwise want the same ports. It reaches the API server and all {@link LocalAddresses}.
 */
public final class TestHost implements AutoCloseable {
    private static final AtomicInteger LAST = new AtomicInteger(10);

    private final String port;
    private final String address;
    private final ServerProcess holder;

    private TestHost(String name, int number) {
        this.port = "port" + number;
        this.address = "198.19.0." + number;
        Path log = SourceTree.newFolder("host-" + name).resolve("log");
        this.holder = ServerProcess.start(
                        "host " + name, log, Map.of(), List.of("unshare", "--net", "sleep", "infinity"))
                .inBackground();
        holder.await(
                "in its network",
                Duration.ofSeconds(5),
                () -> !network(holder.pid())
                        .equals(network(ProcessHandle.current().pid())));
        plugIn();
    }

    /** A new host; at most 240 of them in one JVM. */
    public static TestHost start(String name) {
        OwnNetwork.requireSwitch();
        return new TestHost(name, LAST.incrementAndGet());
    }

    /** The host's IPv4 address. */
    public String address() {
        return address;
    }

    /** A command line that runs {@code command} on this host, as the same process. */
    public List<String> commandPrefix() {
        return List.of("nsenter", "--net=" + networkOf(holder.pid()), "--");
    }

    /** Pulls the cable: the host sees its link go down, and nobody reaches it. */
    public void unplug() {
        Commands.run("ip", "link", "set", port, "down").requireSuccess();
    }

    /** Plugs the cable in again. */
    public void replug() {
        Commands.run("ip", "link", "set", port, "up").requireSuccess();
    }

    /** Ends the host's network; the programs on it are not ended. */
    @Override
    public void close() {
        holder.close();
        Commands.run("ip", "link", "del", port);
    }

    private void plugIn() {
        String script = """
                ip link add %1$s type veth peer name eth0 netns %2$d
                ip link set %1$s master switch up
                nsenter --net=/proc/%2$d/ns/net sh -ec '
                  ip link set lo up
                  ip addr add %3$s/24 dev eth0
                  ip link set eth0 up
                  ip route add default via %4$s'
                """.formatted(port, holder.pid(), address, OwnNetwork.GATEWAY);
        Commands.run("sh", "-ec", script).requireSuccess();
    }

    private static Path networkOf(long pid) {
        return Path.of("/proc/" + pid + "/ns/net");
    }

    private static String network(long pid) {
        try {
            return Files.readSymbolicLink(networkOf(pid)).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
