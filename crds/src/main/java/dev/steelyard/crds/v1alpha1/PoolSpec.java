package dev.steelyard.crds.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import dev.steelyard.crds.v1alpha1.pool.Algorithm;
import dev.steelyard.crds.v1alpha1.pool.ConnectionsSpec;
import dev.steelyard.crds.v1alpha1.pool.FastCgiSpec;
import dev.steelyard.crds.v1alpha1.pool.HashSpec;
import dev.steelyard.crds.v1alpha1.pool.HealthCheckSpec;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.crds.v1alpha1.pool.OutlierDetectionSpec;
import dev.steelyard.crds.v1alpha1.pool.PersistenceSpec;
import dev.steelyard.crds.v1alpha1.pool.UpstreamTlsSpec;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a pool should be. */
@JsonClassDescription("What the pool should be.")
@ApiObject
@ValidationRule(
        value = "!has(self.persistence) || self.persistence.type == 'SourceAddress'"
                + " || self.protocol in ['HTTP1', 'HTTP2', 'FastCGI']",
        message = "a TCP or UDP pool can be persistent by SourceAddress only",
        fieldPath = ".persistence")
@ValidationRule(
        value = "!has(self.hash) || self.hash.key == 'SourceAddress' || self.protocol in ['HTTP1', 'HTTP2', 'FastCGI']",
        message = "a TCP or UDP pool can hash by SourceAddress only",
        fieldPath = ".hash")
@ValidationRule(
        value = "!has(self.tls) || self.protocol in ['HTTP1', 'HTTP2', 'TCP']",
        message = "tls is for the protocols HTTP1, HTTP2 and TCP",
        fieldPath = ".tls")
@ValidationRule(
        value = "self.sendProxyProtocol == 'None' || !(self.protocol in ['UDP', 'FastCGI'])",
        message = "a UDP or FastCGI pool cannot send the PROXY protocol",
        fieldPath = ".sendProxyProtocol")
@ValidationRule(
        value = "has(self.fastCGI) == (self.protocol == 'FastCGI')",
        message = "fastCGI is needed by the protocol FastCGI, and for it alone",
        fieldPath = ".fastCGI")
public record PoolSpec(
        @JsonPropertyDescription("Where endpoints come from. May be empty: requests are then answered 503.")
        @Required
        @Size(max = 512)
        @JsonInclude(JsonInclude.Include.ALWAYS)
        List<MemberSpec> members,

        @JsonPropertyDescription("Endpoints that must be up. While fewer are, members of the next tier take work too.")
        @Default("1")
        @Min(1)
        @Max(65_535)
        Integer minHealthy,

        @JsonPropertyDescription(
                "What the endpoints speak. HTTP1: HTTP/1.1. HTTP2: HTTP/2, also gRPC, with prior knowledge or,"
                        + " with tls, by ALPN. FastCGI: such as php-fpm. TCP and UDP: whatever clients speak.")
        @Default("HTTP1")
        PoolProtocol protocol,

        @JsonPropertyDescription("How an endpoint is chosen. RoundRobin, WeightedRoundRobin: in turn."
                + " LeastConnections, WeightedLeastConnections: the fewest requests (HTTP) or connections in flight."
                + " ShortestExpectedDelay, NeverQueue: the shortest expected wait, the latter an idle endpoint first."
                + " LocalityLeastConnections and LocalityLeastConnectionsReplicated: by destination, for cache farms."
                + " DestinationHash, SourceHash: by a hash of that address. Maglev, RingHash: consistent hashing, see hash."
                + " PowerOfTwoChoices: the less loaded of two at random. PeakEwma: the same by measured latency."
                + " First: the first that is not full.")
        @Default("WeightedRoundRobin")
        Algorithm algorithm,

        @JsonPropertyDescription(
                "What Maglev and RingHash hash; other algorithms make no use of it. Absent: the client's address, with no"
                        + " bound on load.")
        @Nullable
        HashSpec hash,

        @JsonPropertyDescription(
                "Keeps a client on the endpoint that it was sent to first. Absent: each request is balanced.")
        @Nullable
        PersistenceSpec persistence,

        @JsonPropertyDescription("How endpoints are probed. Absent: every endpoint counts as up.") @Nullable
        HealthCheckSpec healthCheck,

        @JsonPropertyDescription("Takes out endpoints that fail requests. Absent: failing requests take nothing out.")
        @Nullable
        OutlierDetectionSpec outlierDetection,

        @JsonPropertyDescription("Time over which an endpoint that came up is brought to its full share."
                + " Absent or 0s: it has its full share at once.")
        @Pattern(Formats.DURATION)
        @Nullable
        String slowStart,

        @JsonPropertyDescription("What becomes of connections to an endpoint that goes down. KeepSessions: they go on."
                + " CloseSessions: they are closed.")
        @Default("KeepSessions")
        OnMarkedDown onMarkedDown,

        @JsonPropertyDescription("Connections of each node to each endpoint. Absent: the defaults of its fields.")
        @Nullable
        ConnectionsSpec connections,

        @JsonPropertyDescription("Speaks TLS with the endpoints. Absent: clear text.") @Nullable
        UpstreamTlsSpec tls,

        @JsonPropertyDescription("How requests become FastCGI requests, for the protocol FastCGI.") @Nullable
        FastCgiSpec fastCGI,

        @JsonPropertyDescription(
                "Tells endpoints the client's address by a PROXY protocol header of this version, at the start of each"
                        + " connection. One that carries HTTP then serves one client alone. Health checks send it too, as"
                        + " a connection of their own (LOCAL, or UNKNOWN in version 1), but not to another port.")
        @Default("None")
        SendProxyProtocol sendProxyProtocol) {

    public PoolSpec {
        members = Absent.list(members);
        minHealthy = Absent.or(minHealthy, 1);
        protocol = Absent.or(protocol, PoolProtocol.HTTP1);
        algorithm = Absent.or(algorithm, Algorithm.WEIGHTED_ROUND_ROBIN);
        onMarkedDown = Absent.or(onMarkedDown, OnMarkedDown.KEEP_SESSIONS);
        sendProxyProtocol = Absent.or(sendProxyProtocol, SendProxyProtocol.NONE);
    }

    /** What endpoints speak. */
    public enum PoolProtocol {
        /** HTTP/1.1. */
        HTTP1,
        /** HTTP/2, also gRPC. */
        HTTP2,
        /** FastCGI, such as php-fpm. */
        @JsonProperty("FastCGI")
        FAST_CGI,
        /** Connections. */
        TCP,
        /** Datagrams. */
        UDP
    }

    /** What becomes of connections to an endpoint that goes down. */
    public enum OnMarkedDown {
        /** They go on. */
        @JsonProperty("KeepSessions")
        KEEP_SESSIONS,
        /** They are closed. */
        @JsonProperty("CloseSessions")
        CLOSE_SESSIONS
    }

    /** Which PROXY protocol header is sent. */
    public enum SendProxyProtocol {
        @JsonProperty("None")
        NONE,
        /** Version 1, text. */
        V1,
        /** Version 2, binary. */
        V2
    }
}
