package dev.steelyard.dataplane.balance;

/**
 * A binary heap of small numbers, ordered by a key that each has: the one with the least key is first, of equals the least number, so that
 * the order does not depend on how it came about. Allocates nothing once made. Not safe for several threads.
 */
final class IndexHeap {

    private final long[] keys;
    private final int[] heap;
    private int size;

    /** @param keys by number; the key of a number in the heap changes only by the same for all */
    IndexHeap(long[] keys) {
        this.keys = keys;
        this.heap = new int[keys.length];
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The number with the least key. */
    int first() {
        return heap[0];
    }

    void clear() {
        size = 0;
    }

    void add(int number) {
        int at = size;
        size++;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (precedes(heap[parent], number)) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = number;
    }

    void removeFirst() {
        size--;
        int moved = heap[size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && precedes(heap[child + 1], heap[child])) {
                child++;
            }
            if (precedes(moved, heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    private boolean precedes(int one, int other) {
        return keys[one] < keys[other] || (keys[one] == keys[other] && one < other);
    }
}
