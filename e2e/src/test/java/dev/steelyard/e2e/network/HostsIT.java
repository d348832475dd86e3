package dev.steelyard.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.process.CommandResult;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void aHostReachesLocalAddressesUntilItIsUnplugged() {
        try (TestHost host = TestHost.start("alone");
                EchoServer server = EchoServer.start("a", LocalAddresses.nextV4())) {
            assertThat(fetch(host, server).requireSuccess()).isEqualTo("a\n");
            host.unplug();
            assertThat(fetch(host, server).succeeded()).isFalse();
            host.replug();
            await().atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(fetch(host, server).requireSuccess()).isEqualTo("a\n"));
        }
    }

    @Test
    void twoHostsListenOnTheSamePort() {
        try (TestHost one = TestHost.start("one");
                TestHost two = TestHost.start("two");
                ServerProcess first = listen(one);
                ServerProcess second = listen(two)) {
            first.await("listening", LIMIT, () -> Ports.answers(one.address(), 80));
            second.await("listening", LIMIT, () -> Ports.answers(two.address(), 80));
        }
    }

    private static CommandResult fetch(TestHost host, EchoServer server) {
        String url = "http://" + server.host() + ":" + server.port() + "/";
        return Commands.run(on(host, "curl", "-s", "--max-time", "2", url).toArray(String[]::new));
    }

    private static ServerProcess listen(TestHost host) {
        Path folder = SourceTree.newFolder("listener");
        return ServerProcess.start(
                "listener",
                folder.resolve("log"),
                Map.of(),
                on(
                        host,
                        Path.of(System.getProperty("java.home"), "bin/jwebserver")
                                .toString(),
                        "-b",
                        "0.0.0.0",
                        "-p",
                        "80"));
    }

    private static List<String> on(TestHost host, String... command) {
        List<String> all = new ArrayList<>(host.commandPrefix());
        all.addAll(List.of(command));
        return all;
    }
}
