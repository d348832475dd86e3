package dev.steelyard.dataplane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.edition.ListenerKey;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the kernel has been told of connections, as the kernel tells it (ss(8)). */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeepaliveTest {

    @Test
    void connectionsOfClientsAndToEndpointsAreProbedInSilence() throws IOException {
        ManualSource source = new ManualSource();
        try (HttpBackend one = new HttpBackend("one");
                Dataplane dataplane = Dataplane.start(
                        DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                        source,
                        ManualSource.noServices())) {
            source.deliver(SnapshotSets.of(
                    1,
                    VirtualServices.named("web").http(0).route("/", "p").pool("p", one.address()),
                    VirtualServices.named("relay")
                            .on("127.0.0.2")
                            .tcp(0, "q")
                            .speaking(PoolProtocol.TCP)
                            .pool("q", one.address())));
            await().until(() -> dataplane.report().appliedRevision() == 1);
            for (String address : List.of("127.0.0.1", "127.0.0.2")) {
                int port = requireNonNull(dataplane.ports().get(new ListenerKey(address, 0)));
                try (HttpConnection client = HttpConnection.to(address, port)) {
                    assertThat(client.get("any", "/").body()).isEqualTo("one");
                    assertThat(sockets("sport = :" + port)).hasSize(1).allMatch(KeepaliveTest::probed);
                    // A relay has its endpoint probed once it turns out to last.
                    await().atMost(30, TimeUnit.SECONDS)
                            .untilAsserted(() -> assertThat(
                                            sockets("dport = :" + one.address().getPort()))
                                    .isNotEmpty()
                                    .allMatch(KeepaliveTest::probed));
                }
            }
        }
    }

    private static boolean probed(String line) {
        // The first probe is due within the minute.
        return line.matches(".*timer:\\(keepalive,(59|1min|[0-9.]+)(sec|ms)?,0\\).*");
    }

    private static List<String> sockets(String filter) throws IOException {
        Process ss = new ProcessBuilder("ss", "-tnoH", "state", "established", "( " + filter + " )")
                .redirectErrorStream(true)
                .start();
        return new String(ss.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .lines()
                .toList();
    }
}
