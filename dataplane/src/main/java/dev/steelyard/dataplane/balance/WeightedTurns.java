package dev.steelyard.dataplane.balance;

import java.util.random.RandomGenerator;

/**
 * Where one event loop stands in sharing out turns over weight classes. Handed from a balancer to the one that follows it, and touched on
 * that loop's thread alone.
 *
 * <p>With {@code t} turns given, a class that has had {@code c} of them and whose share of the cycle's {@code total} is {@code s} has the
 * credit {@code t * s - c * total}: how far it is behind ({@code > 0}) or ahead. To keep it within one turn of its ideal share at all
 * times, its next turn has to fall into a window: not before the turn that finds it behind, and not after the one that would leave it a
 * whole turn behind. Of the classes whose windows are open, the one whose window closes first has the turn; earliest-deadline-first
 * meets all those windows (Steiner and Yeomans, "Level schedules for mixed-model, just-in-time processes", 1993), which taking the largest
 * credit, as smooth weighted round robin is often done, does not.
 *
 * <p>Two heaps hold the classes: those that wait for their window to open, by when it does, and those whose window is open, by when it
 * closes. So a turn costs a few steps times the logarithm of the number of classes.
 */
final class WeightedTurns {

    private static final int MOST_SKIPPED_AT_START = 128;

    private WeightClasses classes;
    /** Turns given, less whole cycles. */
    private long turn;
    /** Turns that each class has had, less whole cycles. */
    private long[] served;
    /** Credit that each class began with. */
    private long[] brought;
    /** Where in each class the rotation stands. */
    private int[] next;

    private long[] opens;
    private long[] closes;
    private IndexHeap waiting;
    private IndexHeap open;

    /** Starts somewhere in the cycle: loops that start together do not all begin with the heaviest. */
    WeightedTurns(WeightClasses classes, RandomGenerator random) {
        int size = classes.size();
        this.classes = classes;
        served = new long[size];
        brought = new long[size];
        next = new int[size];
        opens = new long[size];
        closes = new long[size];
        waiting = new IndexHeap(opens);
        open = new IndexHeap(closes);
        for (int i = 0; i < size; i++) {
            next[i] = random.nextInt(classes.members[i].length);
        }
        arrange();
        for (int skip = random.nextInt(MOST_SKIPPED_AT_START); skip > 0 && size > 0; skip--) {
            give(due());
        }
    }

    /** Goes on with another set of classes: those of a weight that there was before keep their place and credit. */
    void follow(WeightClasses current) {
        if (current == classes) {
            return;
        }
        int size = current.size();
        long[] carried = new long[size];
        int[] places = new int[size];
        long excess = 0;
        int largest = 0;
        for (int i = 0; i < size; i++) {
            int before = classes.indexOf(current.weights[i]);
            if (before >= 0) {
                carried[i] = rescale(credit(before), classes.total, current.total);
                places[i] = next[before];
            }
            excess += carried[i];
            largest = current.shares[i] > current.shares[largest] ? i : largest;
        }
        if (size > 0) {
            carried[largest] -= excess;
        }
        classes = current;
        turn = 0;
        served = new long[size];
        brought = carried;
        next = places;
        opens = new long[size];
        closes = new long[size];
        waiting = new IndexHeap(opens);
        open = new IndexHeap(closes);
        arrange();
    }

    /** The class that has the turn. */
    int due() {
        while (!waiting.isEmpty() && opens[waiting.first()] <= turn) {
            open.add(waiting.first());
            waiting.removeFirst();
        }
        // Where exclusions have moved turns about it can be that no window is open.
        return open.isEmpty() ? waiting.first() : open.first();
    }

    /** Gives the turn to the class that {@link #due} has just named, or to another in its stead. */
    void give(int index) {
        boolean inStead = false;
        if (!open.isEmpty() && open.first() == index) {
            open.removeFirst();
        } else if (open.isEmpty() && waiting.first() == index) {
            waiting.removeFirst();
        } else {
            inStead = true;
        }
        served[index]++;
        turn++;
        if (inStead) {
            forgive(due());
            arrange();
        } else {
            setWindow(index);
            waiting.add(index);
        }
        if (turn >= classes.total) {
            endCycle();
        }
    }

    /** The place in the class where its next turn goes. */
    int place(int index) {
        int place = next[index];
        return place < classes.members[index].length ? place : 0;
    }

    /** Notes which member of a class had its turn. */
    void served(int index, int place) {
        next[index] = place + 1;
    }

    private long credit(int index) {
        return brought[index] + turn * classes.shares[index] - served[index] * classes.total;
    }

    /** A class that is passed over does not save up more than one turn. */
    private void forgive(int index) {
        brought[index] -= Math.max(0, credit(index) - classes.total);
    }

    /** Puts every class where it belongs. */
    private void arrange() {
        waiting.clear();
        open.clear();
        for (int i = 0; i < served.length; i++) {
            setWindow(i);
            waiting.add(i);
        }
    }

    private void setWindow(int index) {
        long had = served[index] * classes.total - brought[index];
        opens[index] = Math.floorDiv(had, classes.shares[index]);
        closes[index] = Math.ceilDiv(had + classes.total, classes.shares[index]);
    }

    /** Counts from nought again, so that numbers stay small. */
    private void endCycle() {
        turn -= classes.total;
        for (int i = 0; i < served.length; i++) {
            served[i] -= classes.shares[i];
            opens[i] -= classes.total;
            closes[i] -= classes.total;
        }
    }

    private static long rescale(long credit, long from, long to) {
        long scaled = Math.round((double) credit / from * to);
        return Math.clamp(scaled, -to, to);
    }
}
