package dev.steelyard.e2e.operator;

import static dev.steelyard.e2e.operator.ControlPlane.eventually;
import static dev.steelyard.e2e.operator.ControlPlane.service;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.e2e.process.SourceTree;
import dev.steelyard.e2e.program.SteelyardProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The rights that the chart gives the operator are enough, and no more than it needs. */
class RightsIT {

    @Test
    void theOperatorWorksWithTheRightsOfItsServiceAccount() throws IOException {
        try (ControlPlane plane = new ControlPlane()) {
            Path kubeconfig = serviceAccount(plane);
            try (SteelyardProcess operator = SteelyardProcess.operator(kubeconfig)
                            .arguments("--lease-duration", "3", "--sweep-grace", "1")
                            .start()
                            .awaitReady();
                    PlayedNode node = new PlayedNode(plane.client(), "n1", "192.0.2.11")) {
                plane.apply(service("shop", 80) + service("other", 80));
                eventually().until(() -> plane.condition("shop", "Programmed").startsWith("TRUE/"));
                eventually()
                        .untilAsserted(() -> assertThat(plane.events("VirtualService", "shop"))
                                .contains("Normal/Accepted: the spec is valid"));

                String old = plane.secretOf("shop");
                plane.kubectl()
                        .get(
                                "patch",
                                "svs",
                                "shop",
                                "--type=merge",
                                "-p",
                                "{\"spec\":{\"hosts\":[\"b.example.com\"]}}");
                eventually()
                        .until(() -> plane.client()
                                        .secrets()
                                        .inNamespace(ControlPlane.SNAPSHOTS)
                                        .withName(old)
                                        .get()
                                == null);
                assertThat(operator.output()).doesNotContain("orbidden");
                assertThat(node.name()).isEqualTo("n1");
            }
            for (String forbidden : new String[] {
                "create secrets -n default",
                "update virtualservices.steelyard.dev",
                "create pods",
                "delete leases -n default"
            }) {
                assertThat(plane.kubectl()
                                .run(("auth can-i --as=system:serviceaccount:steelyard-system:steelyard-operator "
                                                + forbidden)
                                        .split(" ", -1))
                                .out())
                        .as(forbidden)
                        .startsWith("no");
            }
        }
    }

    /** A kubeconfig with a token of the operator's service account instead of the administrator's certificate. */
    private static Path serviceAccount(ControlPlane plane) throws IOException {
        String token = plane.kubectl()
                .get("create", "token", "steelyard-operator", "-n", "steelyard-system")
                .strip();
        String admin = Files.readString(plane.cluster().kubeconfig());
        Path file = SourceTree.newFolder("service-account").resolve("kubeconfig");
        return Files.writeString(
                file, admin.replaceAll("user: \\{client-certificate-data.*}", "user: {token: " + token + "}"));
    }
}
