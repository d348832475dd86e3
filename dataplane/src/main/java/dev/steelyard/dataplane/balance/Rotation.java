package dev.steelyard.dataplane.balance;

import java.util.random.RandomGenerator;

/**
 * Where one event loop stands in its rounds. Handed from a balancer to the one that follows it, and touched on that loop's thread alone, so
 * that a change of endpoints does not begin the round anew.
 */
final class Rotation {

    private int next;

    /** Starts at a random place: loops that start together do not all begin with the same endpoint. */
    Rotation(RandomGenerator random) {
        next = random.nextInt(Integer.MAX_VALUE);
    }

    /** The index whose turn it is among {@code size}. */
    int next(int size) {
        int index = next;
        if (index >= size) {
            index %= size;
        }
        return index;
    }

    /** Notes that {@code index} had its turn. */
    void served(int index) {
        next = index + 1;
    }
}
