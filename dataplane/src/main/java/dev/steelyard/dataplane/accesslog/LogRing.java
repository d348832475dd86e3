package dev.steelyard.dataplane.accesslog;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines on their way from one event loop to the writer: a ring of octets with one producer and one consumer, each of which moves its own end
 * and reads the other's (Lamport, 1983). Nobody waits: a line that finds no room is refused.
 */
final class LogRing {

    private final byte[] octets;
    private final int mask;

    /** Octets ever put in; moved by the producer. */
    private final AtomicLong put = new AtomicLong();

    /** Octets ever taken out; moved by the consumer. */
    private final AtomicLong taken = new AtomicLong();

    /** @param capacity a power of two */
    LogRing(int capacity) {
        octets = new byte[capacity];
        mask = capacity - 1;
    }

    /** Puts a line in; false if there is no room for the whole of it. Producer only. */
    boolean offer(byte[] line, int length) {
        long at = put.getPlain();
        if (octets.length - (at - taken.getAcquire()) < length) {
            return false;
        }
        int from = (int) at & mask;
        int first = Math.min(length, octets.length - from);
        System.arraycopy(line, 0, octets, from, first);
        System.arraycopy(line, first, octets, 0, length - first);
        // Volatile, not just released: whoever put this in next looks whether the writer sleeps, and must not have
        // looked before.
        put.set(at + length);
        return true;
    }

    /** Whether it is more than half full. Producer only. */
    boolean filling() {
        return put.getPlain() - taken.getAcquire() > octets.length / 2;
    }

    /** Octets that wait; they end with a line. Consumer only. */
    int waiting() {
        return (int) (put.getAcquire() - taken.getPlain());
    }

    /** Takes as many of {@code count} octets as {@code into} has room for. Consumer only. */
    void take(int count, ByteBuffer into) {
        long at = taken.getPlain();
        int length = Math.min(count, into.remaining());
        int from = (int) at & mask;
        int first = Math.min(length, octets.length - from);
        into.put(octets, from, first);
        into.put(octets, 0, length - first);
        taken.setRelease(at + length);
    }
}
