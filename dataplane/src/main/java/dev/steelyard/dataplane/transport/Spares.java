package dev.steelyard.dataplane.transport;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Objects that one event loop uses again and again: the last given back is the next taken, as it is likeliest to be in the processor's cache. */
public final class Spares<T> {

    private final int most;
    private final Supplier<T> made;
    private final ArrayDeque<T> spares = new ArrayDeque<>();

    /**
     * @param most that are kept
     * @param made makes one when there is none
     */
    public Spares(int most, Supplier<T> made) {
        this.most = most;
        this.made = made;
    }

    public T take() {
        T spare = spares.pollLast();
        return spare == null ? made.get() : spare;
    }

    /** Takes one back that nobody uses any more. */
    public void give(T spare) {
        if (spares.size() < most) {
            spares.addLast(spare);
        }
    }
}
