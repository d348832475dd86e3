package dev.steelyard.dataplane.accesslog;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.snapshot.LogField;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one line says, until it is written: taken from {@link LoopLog#begin}, filled, and given back to {@link LoopLog#write}. What a client
 * sent is copied, since its head may be used for the next request by then. For one event loop.
 */
public final class LogEntry {

    /** Octets of one value that are kept. */
    public static final int MAX_OCTETS = 4_096;

    private static final int FIELDS = LogField.values().length;
    private static final int KEPT_CAPACITY = 16_384;
    static final long UNKNOWN = -1;

    private final @Nullable String[] strings = new @Nullable String[FIELDS];
    private final long[] numbers = new long[FIELDS];
    private final int[] starts = new int[FIELDS];
    private final int[] ends = new int[FIELDS];
    private byte[] octets = new byte[512];
    private int length;
    private AccessLog log = AccessLog.OFF;
    private int flags;
    private long startedMillis;

    LogEntry() {}

    LogEntry begin(AccessLog wanted, long now) {
        log = wanted;
        startedMillis = now;
        flags = 0;
        length = 0;
        Arrays.fill(strings, null);
        Arrays.fill(numbers, UNKNOWN);
        Arrays.fill(ends, 0);
        if (octets.length > KEPT_CAPACITY) {
            octets = new byte[512];
        }
        return this;
    }

    AccessLog log() {
        return log;
    }

    /** Sets a value that lasts: from the configuration, or interned. */
    public LogEntry set(LogField field, String value) {
        strings[field.index()] = value;
        return this;
    }

    /** Sets a number: octets, nanoseconds, a status or count; what is negative is not known. */
    public LogEntry set(LogField field, long value) {
        numbers[field.index()] = value;
        return this;
    }

    /** Copies a value that a client sent; the first one counts. */
    public LogEntry set(LogField field, byte[] source, int from, int to) {
        int count = Math.min(to - from, MAX_OCTETS);
        int index = field.index();
        if (ends[index] > 0 || count <= 0) {
            return this;
        }
        if (octets.length - length < count) {
            octets = Arrays.copyOf(octets, Math.max(length + count, octets.length * 2));
        }
        System.arraycopy(source, from, octets, length, count);
        starts[index] = length;
        length += count;
        ends[index] = length;
        return this;
    }

    /** Sets why it ended as it did: the sum of {@link ResponseFlag#bit}. */
    public LogEntry flags(int bits) {
        flags = bits;
        return this;
    }

    /** Adds why it ended as it did. */
    public LogEntry flag(ResponseFlag flag) {
        flags |= flag.bit();
        return this;
    }

    /** When it began, by the wall clock. */
    long startedMillis() {
        return startedMillis;
    }

    boolean has(ResponseFlag flag) {
        return (flags & flag.bit()) != 0;
    }

    boolean hasFlags() {
        return flags != 0;
    }

    boolean hasText(LogField field) {
        return strings[field.index()] != null || ends[field.index()] > 0;
    }

    /** {@link #UNKNOWN} if nothing set it. */
    long number(LogField field) {
        return numbers[field.index()];
    }

    /** Writes a text, escaped; nothing if there is none. */
    void writeText(LogField field, LineBuffer line, LineBuffer.Escaping escaping) {
        int index = field.index();
        String string = strings[index];
        if (string != null) {
            line.text(string, escaping);
        } else if (ends[index] > 0) {
            line.text(octets, starts[index], ends[index], escaping);
        }
    }
}
