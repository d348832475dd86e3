package dev.steelyard.dataplane;

import dev.steelyard.snapshot.NodeReport;
import dev.steelyard.snapshot.NodeReport.DownCount;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which of the endpoints that are down a report names. Each pool gets a turn before any gets another, so that the dead endpoints of
 * one tenant do not hide those of the next; within a pool it goes by address, so that all nodes name the same ones.
 *
 * @param named by pool, then address
 * @param counts for pools of which not all are named
 */
record DownSample(List<EndpointDown> named, List<DownCount> counts) {

    static DownSample of(List<EndpointDown> all) {
        SortedMap<ObjectKey, List<EndpointDown>> pools = new TreeMap<>();
        all.forEach(
                one -> pools.computeIfAbsent(one.pool(), _ -> new ArrayList<>()).add(one));
        int turns = turns(pools);
        List<EndpointDown> named = new ArrayList<>();
        List<DownCount> counts = new ArrayList<>();
        int left = NodeReport.MAX_ITEMS - sum(pools, turns);
        for (List<EndpointDown> pool : pools.values()) {
            pool.sort(Comparator.comparing(EndpointDown::address));
            int taken = Math.min(pool.size(), turns);
            // What is left after the last whole turn goes to the first pools that have more.
            if (left > 0 && taken < Math.min(pool.size(), NodeReport.MAX_OF_POOL)) {
                taken++;
                left--;
            }
            named.addAll(pool.subList(0, taken));
            if (taken < pool.size() && counts.size() < NodeReport.MAX_POOLS) {
                counts.add(new DownCount(pool.getFirst().pool(), pool.size()));
            }
        }
        return new DownSample(named, counts);
    }

    /** How many of each pool can be named without the list getting too long. */
    private static int turns(SortedMap<ObjectKey, List<EndpointDown>> pools) {
        int turns = 0;
        while (turns < NodeReport.MAX_OF_POOL && sum(pools, turns + 1) <= NodeReport.MAX_ITEMS) {
            turns++;
        }
        return turns;
    }

    private static int sum(SortedMap<ObjectKey, List<EndpointDown>> pools, int turns) {
        return pools.values().stream()
                .mapToInt(pool -> Math.min(pool.size(), turns))
                .sum();
    }
}
