package dev.steelyard.e2e.standalone;

import static org.awaitility.Awaitility.await;

import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.load.Load;
import dev.steelyard.e2e.load.Target;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.program.ServedFolder;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What clients get of a process that has only just begun, from before its first checks have a result until they have. */
class ColdStartIT {
    private static final int PORT = Ports.free();

    @Test
    void noRequestIsTurnedAwayBeforeTheFirstChecks() {
        ServedFolder folder = ServedFolder.create("cold-start");
        try (EchoServer a = EchoServer.start("a", "127.0.0.1")) {
            folder.write("all.yaml", """
                    apiVersion: steelyard.dev/v1alpha1
                    kind: Pool
                    metadata: {name: web}
                    spec:
                      members: [{address: 127.0.0.1, port: %d}]
                      healthCheck: {type: HTTP, path: /delay/2000, interval: 5s, timeout: 5s}
                    ---
                    apiVersion: steelyard.dev/v1alpha1
                    kind: VirtualService
                    metadata: {name: web}
                    spec:
                      listeners: [{name: web, port: %d, protocol: HTTP}]
                      pool: web
                    """.formatted(a.port(), PORT));
            try (SteelyardProcess steelyard =
                            SteelyardProcess.standalone(folder.path()).start().awaitOutput("ready ");
                    Load load = Load.on(Target.http("127.0.0.1", PORT, "a.example.com", "/")
                                    .expectingOneOf("a"))
                            .start()) {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> steelyard.admin("/metrics").body().contains("steelyard_endpoint_up{"));
                load.stop().requireNoFailures(100);
            }
        }
    }
}
