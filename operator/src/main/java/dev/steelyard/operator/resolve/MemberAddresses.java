package dev.steelyard.operator.resolve;

import dev.steelyard.crds.v1alpha1.PoolSpec;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.operator.address.Cidr;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.problem.Findings;
import dev.steelyard.operator.problem.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Which addresses tenants' pools may not have: they would reach past what the tenant's own pods can reach. */
final class MemberAddresses {

    private record Denied(Cidr block, String what) {}

    private final List<Denied> denied = new ArrayList<>();

    /** What single addresses are: there may be thousands. */
    private final Map<IpAddress, String> single = new HashMap<>();

    private final List<Cidr> allowed;

    MemberAddresses(Inputs inputs) {
        allowed = inputs.settings().allowedMembers();
        if (!inputs.settings().tenants()) {
            return;
        }
        deny(
                "the cloud's metadata service",
                "169.254.169.254/32", // most clouds
                "fd00:ec2::254/128", // AWS
                "100.100.100.200/32", // Alibaba Cloud
                "168.63.129.16/32"); // Azure
        deny("loopback", "127.0.0.0/8", "::1/128");
        deny("the host itself", "0.0.0.0/8", "::/128");
        deny("link-local", "169.254.0.0/16", "fe80::/10");
        deny("multicast", "224.0.0.0/4", "ff00::/8");
        deny("reserved", "240.0.0.0/4");
        inputs.services().values().stream()
                .flatMap(service -> service.addresses().stream())
                .filter(address -> inputs.serviceCidrs().stream().noneMatch(block -> block.contains(address)))
                .forEach(address -> single.put(address, "an address of a Service"));
        for (Inputs.NodeFacts node : inputs.nodes()) {
            node.addresses().forEach(address -> single.put(address, "an address of a node"));
        }
        for (Inputs.NodeFacts node : inputs.nodes()) {
            node.podCidrs().forEach(block -> denied.add(new Denied(block, "an address of a pod")));
        }
        inputs.serviceCidrs().forEach(block -> denied.add(new Denied(block, "an address of a Service")));
        inputs.settings()
                .deniedMembers()
                .forEach(block -> denied.add(new Denied(block, "an address that the administrator denies")));
    }

    private void deny(String what, String... blocks) {
        Stream.of(blocks).forEach(block -> denied.add(new Denied(Cidr.of(block), what)));
    }

    /** Refuses members of a valid pool that are fixed addresses of a forbidden kind. */
    void check(PoolSpec spec, Findings findings) {
        for (int i = 0; i < spec.members().size(); i++) {
            MemberSpec member = spec.members().get(i);
            IpAddress address = IpAddress.parse(member.address() == null ? "" : member.address())
                    .orElse(null);
            if (address == null || allowed.stream().anyMatch(block -> block.contains(address))) {
                continue;
            }
            String field = "spec.members[" + i + "].address";
            what(address)
                    .ifPresent(what -> findings.refused(
                            field,
                            Reason.NOT_ALLOWED,
                            member.address() + " is " + what + ": use the Service in front of it,"
                                    + " or ask the administrator to allow the address"));
        }
    }

    private Optional<String> what(IpAddress address) {
        return Optional.ofNullable(single.get(address))
                .or(() -> denied.stream()
                        .filter(one -> one.block.contains(address))
                        .findFirst()
                        .map(Denied::what));
    }

    /** The blocks that DNS names of members may not resolve to, sorted, none of them within another. */
    List<Cidr> denied() {
        List<Cidr> blocks = Stream.concat(
                        denied.stream().map(Denied::block),
                        single.keySet().stream().map(IpAddress::block))
                .toList();
        for (Cidr hole : allowed) {
            blocks = blocks.stream()
                    .flatMap(block -> block.without(hole).stream())
                    .toList();
        }
        return Cidr.merged(blocks);
    }
}
