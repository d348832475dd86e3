package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import dev.steelyard.crds.v1alpha1.service.ListenerSpec;
import dev.steelyard.crds.v1alpha1.service.RouteSpec;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a virtual service should be. */
@JsonClassDescription("What the virtual service should be.")
@ApiObject
@ValidationRule(
        value = "self.listeners.all(a, self.listeners.all(b, a.name == b.name"
                + " || (a.protocol == 'UDP') != (b.protocol == 'UDP')"
                + " || (a.endPort > a.port ? a.endPort : a.port) < b.port"
                + " || (b.endPort > b.port ? b.endPort : b.port) < a.port))",
        message = "two listeners must not share a port (a TCP and a UDP listener may)")
@ValidationRule(
        value = "has(self.pool) || self.listeners.all(l, l.protocol in ['HTTP', 'HTTPS'])",
        message = "TCP, UDP and TLS listeners need spec.pool")
@ValidationRule(
        value = "has(self.pool) || (has(self.routes) && size(self.routes) > 0)"
                + " || self.listeners.all(l, has(l.redirectToHttps) && l.redirectToHttps)",
        message = "spec.pool or spec.routes must say where requests go")
@ValidationRule(
        value =
                "!has(self.routes) || size(self.routes) == 0 || self.listeners.exists(l, l.protocol in ['HTTP', 'HTTPS'])",
        message = "routes need an HTTP or HTTPS listener",
        fieldPath = ".routes")
@ValidationRule(
        value = "!has(self.hosts) || size(self.hosts) == 0"
                + " || self.listeners.exists(l, l.protocol in ['HTTP', 'HTTPS', 'TLS'])",
        message = "hosts need an HTTP, HTTPS or TLS listener",
        fieldPath = ".hosts")
@ValidationRule(
        value = "self.forwarding == 'Proxy' || self.listeners.all(l, l.protocol in ['TCP', 'UDP'])",
        message = "Masquerade, DirectRouting and Tunnel are for virtual services with TCP and UDP listeners only",
        fieldPath = ".forwarding")
public record VirtualServiceSpec(
        @JsonPropertyDescription("Names of the VirtualAddress objects on which the listeners answer."
                + " Absent: every dataplane node's own addresses.")
        @Size(max = 16)
        List<@Pattern(Formats.NAME) String> virtualAddresses,

        @JsonPropertyDescription("Ports on which clients connect, each with the protocol that is spoken there.")
        @Required
        @Size(min = 1, max = 64)
        List<ListenerSpec> listeners,

        @JsonPropertyDescription(
                "Host names that are served, compared with the request's host or, for TLS listeners, with"
                        + " the SNI; clients that send none go where no hosts are named, or are refused. A wildcard, as first label only, stands for one or more labels. Absent: all hosts that no other"
                        + " virtual service on the same address and port names.")
        @Size(max = 64)
        List<@Pattern(Formats.HOST_PATTERN) String> hosts,

        @JsonPropertyDescription(
                "What happens to which HTTP requests. The most specific match wins: the exact path, then the"
                        + " longest prefix, then regular expressions, then the method, then the most header, cookie and query"
                        + " matches; among equals the first in this list.")
        @Size(max = 1024)
        List<RouteSpec> routes,

        @JsonPropertyDescription(
                "Name of the Pool, in this namespace, for everything that no route matches; for TCP, UDP"
                        + " and TLS listeners the only pool. Absent: requests that no route matches are answered 404.")
        @Pattern(Formats.NAME)
        @Nullable
        String pool,

        @JsonPropertyDescription(
                "Names of Policy objects in this namespace that apply to all routes. Where two of them have"
                        + " the same section, the later one's counts.")
        @Size(max = 16)
        List<@Pattern(Formats.NAME) String> policies,

        @JsonPropertyDescription(
                "How TCP and UDP traffic reaches the endpoints. Proxy: the node ends the client's connection"
                        + " and opens another. Masquerade: the kernel forwards packets and rewrites both addresses (LVS NAT)."
                        + " DirectRouting: the kernel forwards packets unchanged to endpoints that have the virtual address"
                        + " themselves (LVS DR). Tunnel: the same through an IP tunnel (LVS TUN).")
        @Default("Proxy")
        Forwarding forwarding) {

    public VirtualServiceSpec {
        virtualAddresses = Absent.list(virtualAddresses);
        listeners = Absent.list(listeners);
        hosts = Absent.list(hosts);
        routes = Absent.list(routes);
        policies = Absent.list(policies);
        forwarding = Absent.or(forwarding, Forwarding.PROXY);
    }

    /** How TCP and UDP traffic reaches the endpoints. */
    public enum Forwarding {
        /** The node ends the client's connection and opens another. */
        @JsonProperty("Proxy")
        PROXY,
        /** LVS NAT. */
        @JsonProperty("Masquerade")
        MASQUERADE,
        /** LVS DR. */
        @JsonProperty("DirectRouting")
        DIRECT_ROUTING,
        /** LVS TUN. */
        @JsonProperty("Tunnel")
        TUNNEL
    }
}
