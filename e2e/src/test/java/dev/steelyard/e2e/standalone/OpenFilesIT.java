package dev.steelyard.e2e.standalone;

import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.load.ClientConnection;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A program that may open few files serves as many clients as it can, says so, and serves the others later. */
class OpenFilesIT {
    private static final String HOST = "shop.example.com";

    /** Of 400 files a quarter is kept back, and a client takes two. */
    private static final int SERVED = 150;

    @Test
    void clientsBeyondTheLimitWaitForOthersToLeave() throws IOException {
        ServedFolder folder = ServedFolder.create("open-files");
        int port = Ports.free();
        Target target = Target.http("127.0.0.1", port, HOST, "/").expectingOneOf("a");
        List<ClientConnection> clients = new ArrayList<>();
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("web.yaml", ServedFolder.pool("web", a), virtualService("shop", port, HOST, "web"));
            try (SteelyardProcess run = SteelyardProcess.standalone(folder.path())
                    .under(List.of("sh", "-c", "ulimit -n 400; exec \"$@\"", "sh"))
                    .start()
                    .awaitOutput("ready ")) {
                for (int i = 0; i < SERVED; i++) {
                    ClientConnection client = new ClientConnection(target, 10_000);
                    clients.add(client);
                    assertThat(client.get(HOST, "/").status()).isEqualTo(200);
                }
                for (int i = 0; i < 50; i++) {
                    clients.add(new ClientConnection(target, 10_000)); // the kernel takes them
                }
                await().until(() -> run.admin("/metrics").body().contains("steelyard_accept_failures_total{"));
                assertThat(run.admin("/api/v1/virtualservices").body()).contains("limit of open files allows (150)");
                // Those that are there are served on, and those that wait as soon as others have left.
                assertThat(clients.getFirst().get(HOST, "/").status()).isEqualTo(200);
                close(clients.subList(0, 60));
                for (ClientConnection client : clients.subList(60, clients.size())) {
                    assertThat(client.get(HOST, "/").status()).isEqualTo(200);
                }
                close(clients);
                Load.requests(target, 200).requireNoFailures(200);
            }
        } finally {
            close(clients);
        }
    }

    private static void close(List<ClientConnection> clients) throws IOException {
        for (ClientConnection client : clients) {
            client.close();
        }
    }
}
