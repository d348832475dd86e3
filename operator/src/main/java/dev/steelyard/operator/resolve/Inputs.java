package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PolicySpec;
import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.VirtualServiceSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that decides what is served, at one moment.
 *
 * @param virtualServices all of them
 * @param pools all of them
 * @param policies all of them
 * @param services all Services: their addresses are not for tenants' pools
 * @param secrets at least those that virtual services and pools refer to
 * @param nodes all nodes: their addresses are not for tenants' pools
 * @param serviceCidrs blocks that the addresses of Services come from
 * @param lastGood the {@link Resolution#lastGood} of the resolution before
 * @param settings what the administrator decides
 * @param now tells expired certificates; steps of an hour are fine enough
 */
public record Inputs(
        SortedMap<ObjectKey, Declared<VirtualServiceSpec>> virtualServices,
        SortedMap<ObjectKey, Declared<PoolSpec>> pools,
        SortedMap<ObjectKey, Declared<PolicySpec>> policies,
        SortedMap<ObjectKey, ServiceFacts> services,
        SortedMap<ObjectKey, SecretFacts> secrets,
        List<NodeFacts> nodes,
        List<Cidr> serviceCidrs,
        LastGood lastGood,
        Settings settings,
        Instant now) {

    public Inputs {
        virtualServices = Collections.unmodifiableSortedMap(new TreeMap<>(virtualServices));
        pools = Collections.unmodifiableSortedMap(new TreeMap<>(pools));
        policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
        nodes = List.copyOf(nodes);
        serviceCidrs = List.copyOf(serviceCidrs);
    }

    /**
     * What matters of a Service.
     *
     * @param external whether it is of type ExternalName, which has no endpoints
     * @param addresses its own, in the cluster
     * @param ports its ports, in its order
     */
    public record ServiceFacts(ObjectKey key, boolean external, List<IpAddress> addresses, List<ServicePort> ports) {

        public ServiceFacts {
            addresses = List.copyOf(addresses);
            ports = List.copyOf(ports);
        }
    }

    /**
     * A port of a Service.
     *
     * @param name empty for the one unnamed port
     * @param port 1..65535
     * @param protocol TCP, UDP or SCTP
     */
    public record ServicePort(String name, int port, String protocol) {}

    /**
     * What matters of a Secret. {@link #toString} leaves the key out.
     *
     * @param type such as {@code kubernetes.io/tls}
     * @param certificate {@code tls.crt}, PEM; empty if there is none
     * @param privateKey {@code tls.key}, PEM; empty if there is none
     * @param authorities {@code ca.crt}, PEM; empty if there is none
     * @param ocspResponse {@code tls.ocsp-staple}, in Base64; empty if there is none
     */
    public record SecretFacts(
            ObjectKey key,
            String type,
            String certificate,
            String privateKey,
            String authorities,
            String ocspResponse) {

        @Override
        public String toString() {
            return "SecretFacts[" + key + "]";
        }
    }

    /**
     * What matters of a Node.
     *
     * @param addresses its own
     * @param podCidrs the blocks that its pods' addresses come from
     */
    public record NodeFacts(String name, List<IpAddress> addresses, List<Cidr> podCidrs) {

        public NodeFacts {
            addresses = List.copyOf(addresses);
            podCidrs = List.copyOf(podCidrs);
        }
    }
}
