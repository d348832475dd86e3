package dev.steelyard.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Where endpoints of a pool come from. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Member.OfService.class, name = "service"),
    @JsonSubTypes.Type(value = Member.OfAddress.class, name = "address"),
    @JsonSubTypes.Type(value = Member.OfHost.class, name = "host")
})
public sealed interface Member {

    /** Share of this member's endpoints, each: 0..65535; 0: no new work. */
    int weight();

    /**
     * The ready endpoints of a Service, followed live through its EndpointSlices.
     *
     * @param service the Service
     * @param portName name of the port in the EndpointSlices; empty for the one unnamed port
     */
    record OfService(ObjectKey service, String portName, int weight) implements Member {}

    /**
     * One fixed endpoint.
     *
     * @param address IPv4 or IPv6 literal
     * @param port 1..65535
     */
    record OfAddress(String address, int port, int weight) implements Member {}

    /**
     * Every address that a DNS name has, re-resolved by its TTL.
     *
     * @param host DNS name
     * @param port 1..65535
     * @param denied CIDRs that the name may not resolve to; such addresses are dropped and reported
     */
    record OfHost(String host, int port, int weight, List<String> denied) implements Member {

        public OfHost {
            denied = List.copyOf(denied);
        }
    }
}
