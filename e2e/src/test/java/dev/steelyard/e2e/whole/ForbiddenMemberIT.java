package dev.steelyard.e2e.whole;

import static dev.steelyard.e2e.installed.Installed.eventually;
import static dev.steelyard.e2e.installed.Manifests.virtualService;
import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.DataplaneNode;
import dev.steelyard.e2e.backend.EchoServer;
import dev.steelyard.e2e.installed.Installed;
import dev.steelyard.e2e.installed.Node;
import dev.steelyard.e2e.installed.Tenant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Tenants do not reach through the load balancer what their own pods could not reach. */
class ForbiddenMemberIT {
    private final Installed installed = Installed.shared();
    private final Node node = installed.node();

    @Test
    void fixedAddressesOfNodesAndOfTheMachineItselfAreRefused() {
        Map<String, String> forbidden = Map.of(
                "loopback", "127.0.0.1",
                "loopback6", "::1",
                "linklocal", "169.254.7.7",
                "metadata", "169.254.169.254",
                "node", node.address(),
                "service", "10.96.0.1");
        try (Tenant tenant = installed.tenant("forbidden")) {
            forbidden.forEach((name, address) -> {
                tenant.apply("""
                        apiVersion: steelyard.dev/v1alpha1
                        kind: Pool
                        metadata: {name: %s}
                        spec: {members: [{address: "%s", port: 9090}]}
                        """.formatted(name, address));
                assertThat(tenant.awaitPoolCondition(name, "Accepted", "FALSE NotAllowed"))
                        .contains("spec.members[0].address: ")
                        .contains("ask the administrator to allow the address");
            });
            tenant.apply(virtualService("forbidden", 8081, "forbidden.example.com", "loopback"));
            assertThat(tenant.awaitCondition("forbidden", "ResolvedRefs", "FALSE InvalidRef"))
                    .contains("spec.pool: Pool loopback is not accepted, see its conditions");
            eventually()
                    .until(() -> node.get(8081, "forbidden.example.com", "/").status() == 503);
        }
    }

    @Test
    void anIpv4AddressInTheClothesOfIpv6DoesNotGetIn() {
        try (Tenant tenant = installed.tenant("mapped")) {
            for (String address : new String[] {"::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:a9fe:a9fe"}) {
                assertThat(tenant.kubectl().apply("""
                        apiVersion: steelyard.dev/v1alpha1
                        kind: Pool
                        metadata: {name: mapped}
                        spec: {members: [{address: "%s", port: 9090}]}
                        """.formatted(address)).err())
                        .contains("spec.members[0].address: Invalid value: address must be an IPv4 or IPv6 address");
            }
        }
    }

    @Test
    void aNameThatTurnsToAForbiddenAddressIsNotFollowedThere() {
        int port = 8082;
        String host = "turning.example.com";
        String name = "backend.test";
        try (Tenant tenant = installed.tenant("turning");
                EchoServer a = Installed.backend("a")) {
            installed.names().put(name, a.host());
            tenant.apply("""
                    apiVersion: steelyard.dev/v1alpha1
                    kind: Pool
                    metadata: {name: turning}
                    spec: {members: [{host: %s, port: %d}]}
                    ---
                    """.formatted(name, a.port()), virtualService("turning", port, host, "turning"));
            tenant.awaitAnswers(port, host, a);

            for (String forbidden : new String[] {"127.0.0.1", "169.254.169.254", node.address()}) {
                installed.names().put(name, forbidden);
                eventually().until(() -> node.get(port, host, "/").status() == 503);
                eventually().untilAsserted(() -> assertThat(report()).contains("resolves to " + forbidden));
                tenant.awaitCondition("turning", "Available", "FALSE NoEndpoints");
                eventually()
                        .untilAsserted(() -> assertThat(tenant.kubectl().get("describe", "pool", "turning"))
                                .contains(name + ":" + a.port())
                                .contains("resolves to " + forbidden + ", which is not allowed here"));
                installed.names().put(name, a.host());
                tenant.awaitAnswers(port, host, a);
            }
            tenant.awaitCondition("turning", "Available", "TRUE");
        }
    }

    /** What the node says of itself. */
    private String report() {
        return String.valueOf(Objects.requireNonNull(installed
                .cluster()
                .client()
                .resources(DataplaneNode.class)
                .withName(node.name())
                .require()
                .getStatus()));
    }
}
