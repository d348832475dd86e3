package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.dns.Resolution;
import dev.steelyard.dataplane.pool.PoolView.Problem;
import dev.steelyard.dataplane.source.EndpointSource.ServiceEndpoint;
import dev.steelyard.snapshot.Member;
import dev.steelyard.snapshot.ObjectKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a pool: its members with what Services and DNS names stand for just now. Pure.
 *
 * <p>One address and port is one endpoint, however many members give it: its weight is the sum of theirs (at most {@value
 * #MAX_WEIGHT}), and where they differ on the object behind it or its condition, the one that can do more work is believed. So a pod that
 * a host-network pod follows on the same address does not hide its successor while it terminates.
 */
final class Membership {

    static final int MAX_WEIGHT = 65_535;

    private final Map<String, Candidate> candidates = new LinkedHashMap<>();
    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private int resolved;
    private boolean hasNames;

    private Membership() {}

    /**
     * An endpoint that belongs.
     *
     * @param host the DNS name that gave it; empty if none did
     * @param member index of the last member that gave it
     * @param ready takes new work
     * @param serving able to answer, also while terminating
     * @param terminating on its way out
     */
    record Candidate(
            InetSocketAddress address,
            String host,
            String targetUid,
            int weight,
            int member,
            boolean ready,
            boolean serving,
            boolean terminating) {

        private int usefulness() {
            int condition = ready && !terminating ? 2 : serving ? 1 : 0;
            return condition * 2 + (targetUid.isEmpty() ? 0 : 1);
        }

        private Candidate merge(Candidate other) {
            int sum = other.member == member
                    ? Math.max(weight, other.weight)
                    : Math.min(MAX_WEIGHT, weight + other.weight);
            Candidate better = other.usefulness() > usefulness() ? other : this;
            return new Candidate(
                    address,
                    host.isEmpty() ? other.host : host,
                    better.targetUid,
                    sum,
                    other.member,
                    better.ready,
                    better.serving,
                    better.terminating);
        }
    }

    /**
     * @param services the endpoints of a Service, null if nothing is known of it
     * @param names what a DNS name stands for
     * @param allowLocalAddresses whether Services may have loopback and link-local addresses
     */
    static Membership of(
            List<Member> members,
            Function<ObjectKey, @Nullable List<ServiceEndpoint>> services,
            Function<String, Resolution> names,
            boolean allowLocalAddresses) {
        Membership membership = new Membership();
        for (int i = 0; i < members.size(); i++) {
            switch (members.get(i)) {
                case Member.OfAddress member -> membership.add(i, member);
                case Member.OfService member -> {
                    List<ServiceEndpoint> endpoints = services.apply(member.service());
                    if (endpoints != null) {
                        membership.add(i, member, endpoints, allowLocalAddresses);
                    }
                }
                case Member.OfHost member -> membership.add(i, member, names.apply(member.host()));
            }
        }
        return membership;
    }

    /** The endpoints by {@code IP:port}, in the order of the members. */
    Map<String, Candidate> candidates() {
        return candidates;
    }

    /** What gives no endpoint, and why. */
    List<Problem> problems() {
        return List.copyOf(problems.values());
    }

    /** How many endpoints the DNS names give. */
    int resolved() {
        return resolved;
    }

    /** Whether any member is a DNS name. */
    boolean hasNames() {
        return hasNames;
    }

    private void add(int index, Member.OfAddress member) {
        InetAddress address = parse(member.address(), member.port());
        if (address != null) {
            put(index, address, "", member.port(), "", member.weight(), true, true, false);
        }
    }

    private void add(int index, Member.OfService member, List<ServiceEndpoint> endpoints, boolean allowLocalAddresses) {
        for (ServiceEndpoint endpoint : endpoints) {
            if (!endpoint.portName().equals(member.portName())) {
                continue;
            }
            InetAddress address = parse(endpoint.address(), endpoint.port());
            if (address == null) {
                continue;
            }
            if (!allowLocalAddresses && isLocal(address)) {
                problem(
                        text(endpoint.address(), endpoint.port()),
                        "refused: Service " + member.service() + " may not have a loopback or link-local address");
                continue;
            }
            put(
                    index,
                    address,
                    "",
                    endpoint.port(),
                    endpoint.targetUid(),
                    member.weight(),
                    endpoint.ready(),
                    endpoint.serving(),
                    endpoint.terminating());
        }
    }

    private void add(int index, Member.OfHost member, Resolution resolution) {
        hasNames = true;
        String name = text(member.host(), member.port());
        CidrSet denied;
        try {
            denied = CidrSet.of(member.denied());
        } catch (IllegalArgumentException e) {
            // Without knowing what is denied, nothing is allowed.
            problem(name, "refused: the networks denied to it cannot be read: " + e.getMessage());
            return;
        }
        List<String> refused = new ArrayList<>();
        for (InetAddress address : resolution.addresses()) {
            if (denied.contains(address)) {
                refused.add(address.getHostAddress());
            } else {
                resolved++;
                put(index, address, member.host(), member.port(), "", member.weight(), true, true, false);
            }
        }
        if (!refused.isEmpty()) {
            problem(
                    name,
                    "refused: the name resolves to " + String.join(", ", refused) + ", which is not allowed here");
        } else if (!resolution.problem().isEmpty()) {
            problem(name, resolution.problem());
        }
    }

    private @Nullable InetAddress parse(String address, int port) {
        try {
            return InetAddress.ofLiteral(address);
        } catch (IllegalArgumentException e) {
            problem(text(address, port), "not an IP address");
            return null;
        }
    }

    private void put(
            int member,
            InetAddress address,
            String host,
            int port,
            String targetUid,
            int weight,
            boolean ready,
            boolean serving,
            boolean terminating) {
        Candidate candidate = new Candidate(
                new InetSocketAddress(address, port), host, targetUid, weight, member, ready, serving, terminating);
        candidates.merge(text(address.getHostAddress(), port), candidate, Candidate::merge);
    }

    private void problem(String address, String reason) {
        problems.putIfAbsent(address, new Problem(address, reason));
    }

    private static boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress();
    }

    private static String text(String host, int port) {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
