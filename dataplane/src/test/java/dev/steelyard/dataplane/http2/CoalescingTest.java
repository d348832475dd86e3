package dev.steelyard.dataplane.http2;

import static dev.steelyard.dataplane.http2.FrameClient.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.Certificates;
import dev.steelyard.dataplane.Dataplane;
import dev.steelyard.dataplane.DataplaneOptions;
import dev.steelyard.dataplane.ManualSource;
import dev.steelyard.dataplane.SnapshotSets;
import dev.steelyard.dataplane.TlsClient;
import dev.steelyard.dataplane.VirtualServices;
import dev.steelyard.dataplane.http1.RawServer;
import dev.steelyard.snapshot.Certificate;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Browsers send requests for further hosts on a connection whose certificate has them, too (RFC 9113 section 9.1.1). */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class CoalescingTest {

    @Test
    void aHostWithOtherTlsSettingsIs421AndTheConnectionGoesOn() throws Exception {
        Certificate shared = Certificates.forNames("shared", "a.example", "b.example");
        Certificate other = Certificates.forNames("other", "c.example");
        ManualSource source = new ManualSource();
        try (RawServer server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                Dataplane node = Dataplane.start(
                        DataplaneOptions.standard("test").withThreads(1).withLocalAddresses(),
                        source,
                        ManualSource.noServices())) {
            source.deliver(SnapshotSets.of(
                    1, service("a", server, shared), service("b", server, shared), service("c", server, other)));
            await().until(() -> !node.ports().isEmpty());
            int port = node.ports().values().iterator().next();
            try (SSLSocket socket = TlsClient.connect(port, "a.example")) {
                assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
                FrameClient client = new FrameClient(socket).start();
                assertThat(status(client, 1, "a.example")).isEqualTo(200);
                assertThat(status(client, 3, "b.example")).isEqualTo(200);
                assertThat(status(client, 5, "c.example")).isEqualTo(421);
                assertThat(status(client, 7, "a.example")).isEqualTo(200);
            }
            try (SSLSocket socket = TlsClient.connect(port, "c.example")) {
                FrameClient client = new FrameClient(socket).start();
                assertThat(status(client, 1, "b.example")).isEqualTo(421);
                assertThat(status(client, 3, "c.example")).isEqualTo(200);
            }
        }
    }

    private static VirtualServices service(String name, RawServer server, Certificate shown) {
        return VirtualServices.named(name)
                .hosts(name + ".example")
                .http2()
                .https(0, shown)
                .route("/", "p" + name)
                .pool("p" + name, server.address());
    }

    private static int status(FrameClient client, int stream, String host) throws Exception {
        String[] fields = request("GET", "/");
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equals(":authority")) {
                fields[i + 1] = host;
            }
        }
        client.headers(stream, true, fields);
        return client.response(stream).status();
    }
}
