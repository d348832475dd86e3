package dev.steelyard.crds.v1alpha1.service;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One protocol on one port, or a range of ports, of a virtual service. */
@ApiObject
@ValidationRule(
        value = "has(self.tls) == (self.protocol == 'HTTPS')",
        message = "an HTTPS listener needs tls, and no other listener may have it (TLS passes through undeciphered)")
@ValidationRule(
        value = "self.endPort == 0 || (self.protocol in ['TCP', 'UDP'] && self.endPort > self.port)",
        message = "endPort is for TCP and UDP listeners and must be greater than port",
        fieldPath = ".endPort")
@ValidationRule(
        value = "self.endPort == 0 || self.endPort - self.port < 1024",
        message = "a range has at most 1024 ports",
        fieldPath = ".endPort")
@ValidationRule(
        value = "!self.redirectToHttps || self.protocol == 'HTTP'",
        message = "redirectToHttps is for HTTP listeners",
        fieldPath = ".redirectToHttps")
@ValidationRule(
        value = "self.proxyProtocol == 'None' || self.protocol != 'UDP'",
        message = "UDP listeners cannot accept the PROXY protocol",
        fieldPath = ".proxyProtocol")
@ValidationRule(
        value = "self.proxyProtocol == 'None' || (has(self.trustedProxies) && size(self.trustedProxies) > 0)",
        message = "proxyProtocol Accept needs trustedProxies: otherwise any client could claim any address",
        fieldPath = ".trustedProxies")
public record ListenerSpec(
        @JsonPropertyDescription("Name, unique in this virtual service; status and metrics refer to it.")
        @Required
        @Pattern(Formats.LABEL)
        String name,

        @JsonPropertyDescription("Port on which clients connect.") @Required @Min(1) @Max(65_535)
        int port,

        @JsonPropertyDescription(
                "What is spoken with clients. HTTP: HTTP in clear text. HTTPS: HTTP over TLS that ends here."
                        + " TLS: connections passed through undeciphered, chosen by SNI; the pool's protocol is TCP. TCP: connections. UDP: datagrams.")
        @Required
        Protocol protocol,

        @JsonPropertyDescription(
                "Last port of a range that begins at port, for TCP and UDP; at most 1024 ports. Each is a socket on"
                        + " every node. Endpoints are reached at their own ports, whichever of these a client uses."
                        + " 0: port alone.")
        @Default("0")
        @Min(0)
        @Max(65_535)
        int endPort,

        @JsonPropertyDescription(
                "Answers every request with a redirect (308) to the same URL over HTTPS: to the port of this"
                        + " virtual service's HTTPS listener, or 443 if it has none. Routes and pools are not used here.")
        @Default("false")
        boolean redirectToHttps,

        @JsonPropertyDescription(
                "Whether connections begin with a PROXY protocol header (version 1 or 2) that tells the"
                        + " client's address. Accept: they come from trustedProxies and must, in limits.headerTimeout; those from"
                        + " elsewhere are closed. None: none may.")
        @Default("None")
        ProxyProtocol proxyProtocol,

        @JsonPropertyDescription(
                "Address blocks of the proxies in front whose PROXY protocol, Forwarded and X-Forwarded-*"
                        + " are believed. Absent: nobody's.")
        @Size(max = 64)
        List<@Pattern(Formats.CIDR) String> trustedProxies,

        @JsonPropertyDescription("Bounds on what clients can take. Absent: the defaults of its fields.") @Nullable
        ListenerLimitsSpec limits,

        @JsonPropertyDescription("Certificates and TLS settings; for HTTPS only, and required there.") @Nullable
        ListenerTlsSpec tls) {

    public ListenerSpec {
        proxyProtocol = Absent.or(proxyProtocol, ProxyProtocol.NONE);
        trustedProxies = Absent.list(trustedProxies);
    }

    /** What is spoken with clients. */
    public enum Protocol {
        /** HTTP in clear text. */
        HTTP,
        /** HTTP over TLS that ends here. */
        HTTPS,
        /** TLS passed through, chosen by SNI. */
        TLS,
        /** Connections. */
        TCP,
        /** Datagrams. */
        UDP
    }

    /** Whether connections begin with a PROXY protocol header. */
    public enum ProxyProtocol {
        @JsonProperty("None")
        NONE,
        /** Version 1 or 2, from trusted proxies. */
        @JsonProperty("Accept")
        ACCEPT
    }
}
