package dev.steelyard.operator.status;

import dev.steelyard.crds.v1alpha1.DataplaneNodeStatus;
import dev.steelyard.crds.v1alpha1.PoolStatus;
import dev.steelyard.crds.v1alpha1.pool.MemberSpec;
import dev.steelyard.operator.address.IpAddress;
import dev.steelyard.operator.resolve.PoolModel;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many endpoints a pool has and how many of them are healthy. An endpoint counts as down when at least half of the live nodes
 * see it down: one node that is cut off from its endpoints is that node's problem, not the pool's.
 *
 * @param total all endpoints
 * @param healthy those that take work
 * @param draining those of members with weight 0
 * @param known whether that is certain: false if so many nodes tell too little that more may be down, or more endpoints be there
 * @param unhealthy what nodes see down, worst first, at most {@value #MAX_UNHEALTHY}
 */
public record PoolHealth(
        int total, int healthy, int draining, boolean known, List<PoolStatus.UnhealthyEndpoint> unhealthy) {

    static final int MAX_UNHEALTHY = 20;

    static PoolHealth of(PoolModel pool, ServiceEndpoints services, NodeReports nodes) {
        ObjectKey key = pool.declared().key();
        Set<String> working = new HashSet<>();
        Set<String> draining = new HashSet<>();
        boolean named = false;
        List<MemberSpec> members = pool.declared().spec().members();
        for (int i = 0; i < members.size(); i++) {
            MemberSpec member = members.get(i);
            Set<String> to = member.weight() == 0 ? draining : working;
            if (member.service() != null) {
                String port = pool.portNames().get(i);
                if (port != null) {
                    to.addAll(services.ready(
                            new ObjectKey(key.namespace(), member.service().name()), port));
                }
            } else if (member.address() != null && member.port() != null) {
                to.add(endpoint(member.address(), member.port()));
            } else {
                named = true;
            }
        }
        draining.removeAll(working);
        int byName = named ? nodes.resolved(key.toString()) : 0;
        int half = Math.max(1, (nodes.live().size() + 1) / 2);
        int down = 0;
        int closest = 0;
        List<PoolStatus.UnhealthyEndpoint> unhealthy = new ArrayList<>();
        for (Map.Entry<String, List<DataplaneNodeStatus.EndpointDown>> entry :
                nodes.down(key.toString()).entrySet()) {
            boolean known = working.contains(entry.getKey());
            if (!known && !named) {
                continue;
            }
            List<DataplaneNodeStatus.EndpointDown> seen = entry.getValue();
            if (seen.size() >= half && (known || isAddress(entry.getKey()))) {
                down++;
            } else {
                closest = Math.max(closest, seen.size());
            }
            unhealthy.add(new PoolStatus.UnhealthyEndpoint(
                    entry.getKey(),
                    seen.size(),
                    seen.getFirst().reason(),
                    seen.stream()
                            .map(DataplaneNodeStatus.EndpointDown::since)
                            .min(Comparator.naturalOrder())
                            .orElse(Instant.EPOCH)));
        }
        unhealthy.sort(Comparator.comparingInt(PoolStatus.UnhealthyEndpoint::nodes)
                .reversed()
                .thenComparing(PoolStatus.UnhealthyEndpoint::address));
        int all = working.size() + byName;
        int cut = Math.max(down, counted(nodes.downCounts(key.toString()), half));
        int silent = nodes.tellingTooLittle(key.toString());
        boolean known = (silent == 0 || closest + silent < half) && (!named || nodes.isResolvedKnown(key.toString()));
        return new PoolHealth(
                all + draining.size(),
                Math.max(0, all - cut),
                draining.size(),
                known,
                List.copyOf(unhealthy.subList(0, Math.min(unhealthy.size(), MAX_UNHEALTHY))));
    }

    /**
     * How many endpoints at least half of the nodes see down, where nodes name only some of them: as many as that many nodes count
     * each. Exact if those nodes see the same ones down, as they do when the pool is to blame.
     */
    private static int counted(Collection<Integer> counts, int half) {
        return counts.stream()
                .sorted(Comparator.reverseOrder())
                .skip(half - 1L)
                .findFirst()
                .orElse(0);
    }

    /** {@code IP:port}, IPv6 in brackets and spelled as in snapshots and reports, however the spec spells it. */
    static String endpoint(String spelled, int port) {
        String address = IpAddress.parse(spelled).map(IpAddress::toString).orElse(spelled);
        return address.indexOf(':') >= 0 ? "[" + address + "]:" + port : address + ":" + port;
    }

    /** Whether a report is about an address, not about a name that has none. */
    private static boolean isAddress(String endpoint) {
        return endpoint.startsWith("[") || endpoint.matches("[0-9.]+:[0-9]+");
    }
}
