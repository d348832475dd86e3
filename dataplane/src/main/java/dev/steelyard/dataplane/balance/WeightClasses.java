package dev.steelyard.dataplane.balance;

import dev.steelyard.dataplane.pool.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Endpoints grouped by equal weight, and how turns are shared out over the groups. Immutable, shared by all loops.
 *
 * <p>A class of {@code m} endpoints of weight {@code w} has the share {@code w * m}. Shares are divided by their greatest common
 * divisor, and halved (never below 1) until their sum is at most 2<sup>31</sup>, so that products of two fit a long; weights up to
 * 65535 on up to 32,768 endpoints are kept exactly. Small sums are multiplied to above 2<sup>23</sup>, so that credit carried from one set
 * of classes to the next is rounded to a tiny part of a turn: endpoints may change at every other choice.
 */
final class WeightClasses {

    private static final long MAX_TOTAL = 1L << 31;
    private static final long FINE_TOTAL = 1L << 24;

    /** The endpoints of each class. */
    final Endpoint[][] members;
    /** The weight that the endpoints of each class have, ascending. */
    final int[] weights;
    /** The turns that each class has in one cycle, which may be several times the least in which all shares are whole. */
    final long[] shares;
    /** The turns of one cycle: the sum of the shares. */
    final long total;

    private WeightClasses(Endpoint[][] members, int[] weights, long[] shares) {
        this.members = members;
        this.weights = weights;
        this.shares = shares;
        this.total = sum(shares);
    }

    static WeightClasses of(List<WeightedEndpoint> weighted) {
        Map<Integer, List<Endpoint>> byWeight = new TreeMap<>();
        for (WeightedEndpoint endpoint : weighted) {
            byWeight.computeIfAbsent(endpoint.weight(), weight -> new ArrayList<>())
                    .add(endpoint.endpoint());
        }
        int size = byWeight.size();
        Endpoint[][] members = new Endpoint[size][];
        int[] weights = new int[size];
        long[] shares = new long[size];
        int i = 0;
        for (Map.Entry<Integer, List<Endpoint>> entry : byWeight.entrySet()) {
            members[i] = entry.getValue().toArray(Endpoint[]::new);
            weights[i] = entry.getKey();
            shares[i] = (long) weights[i] * members[i].length;
            i++;
        }
        scale(shares);
        return new WeightClasses(members, weights, shares);
    }

    int size() {
        return weights.length;
    }

    /** The class of that weight; negative if there is none. */
    int indexOf(int weight) {
        return Arrays.binarySearch(weights, weight);
    }

    private static void scale(long[] shares) {
        long divisor = 0;
        for (long share : shares) {
            divisor = greatestCommonDivisor(share, divisor);
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= divisor;
        }
        long factor = Math.max(1, FINE_TOTAL / Math.max(1, sum(shares)));
        for (int i = 0; i < shares.length; i++) {
            shares[i] *= factor;
        }
        while (sum(shares) > MAX_TOTAL) {
            for (int i = 0; i < shares.length; i++) {
                shares[i] = Math.max(1, shares[i] / 2);
            }
        }
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
