package dev.steelyard.crds.v1alpha1.pool;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.steelyard.crds.Absent;
import dev.steelyard.crds.ApiObject;
import dev.steelyard.crds.Formats;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.IntOrString;
import org.jspecify.annotations.Nullable;

/** Endpoints of a Service, those that a DNS name has, or one fixed endpoint. */
@ApiObject
@ValidationRule(
        value = "(has(self.service) ? 1 : 0) + (has(self.address) ? 1 : 0) + (has(self.host) ? 1 : 0) == 1",
        message = "a member has exactly one of service, address and host")
@ValidationRule(
        value = "has(self.service) != has(self.port)",
        message = "a member with address or host needs port; a Service's port is service.port")
@ValidationRule(
        value = "!has(self.address) || isIP(self.address)",
        message = "address must be an IPv4 or IPv6 address without zone and brackets",
        fieldPath = ".address")
public record MemberSpec(
        @JsonPropertyDescription("A Service in this namespace; its ready endpoints are followed live.") @Nullable
        ServiceRef service,

        @JsonPropertyDescription("IPv4 or IPv6 address of one fixed endpoint.") @Pattern(Formats.IP) @Nullable
        String address,

        @JsonPropertyDescription("DNS name; each of its addresses is an endpoint, re-resolved by its TTL.")
        @Pattern(Formats.HOST)
        @Nullable
        String host,

        @JsonPropertyDescription("Port of the endpoint or endpoints, with address or host.")
        @Min(1)
        @Max(65_535)
        @Nullable
        Integer port,

        @JsonPropertyDescription("Share of each endpoint of this member, relative to all others. 0: no new work."
                + " RoundRobin and LeastConnections know only 0 and not 0.")
        @Default("1")
        @Min(0)
        @Max(65_535)
        Integer weight,

        @JsonPropertyDescription(
                "Endpoints of a tier take work only while fewer than minHealthy of the lower tiers are up.")
        @Default("0")
        @Min(0)
        @Max(15)
        int tier) {

    public MemberSpec {
        weight = Absent.or(weight, 1);
    }

    /** One port of a Service. */
    @ApiObject
    @ValidationRule(
            value = "!has(self.port) || (type(self.port) == int ? self.port >= 1 && self.port <= 65535"
                    + " : self.port.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))",
            message = "port must be a number from 1 to 65535 or the name of a port of the Service",
            fieldPath = ".port")
    public record ServiceRef(
            @JsonPropertyDescription("Name of the Service.") @Required @Pattern(Formats.LABEL)
            String name,

            @JsonPropertyDescription("Name or number of a port of the Service. Absent: its only port.") @Nullable
            IntOrString port) {}
}
