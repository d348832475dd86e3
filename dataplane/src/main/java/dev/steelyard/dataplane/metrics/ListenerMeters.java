package dev.steelyard.dataplane.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the client connections of one listening socket. A socket may be shared by several virtual services, and which of them a
 * connection is for is known only per request. For all threads; never blocks.
 */
public final class ListenerMeters {

    private final Labels labels;
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
    private final LongAdder handshakeFailures = new LongAdder();
    private final LongAdder acceptFailures = new LongAdder();
    private final Map<Refusal, LongAdder> refused = new EnumMap<>(Refusal.class); // filled once, then only read

    ListenerMeters(String listener) {
        this.labels = Labels.of("listener", listener);
        for (Refusal why : Refusal.values()) {
            refused.put(why, new LongAdder());
        }
    }

    /** A connection was accepted; each is followed by one {@link #closed}. */
    public void opened() {
        opened.increment();
    }

    /** A connection counted by {@link #opened} has closed. */
    public void closed() {
        closed.increment();
    }

    /** Connections could not be accepted, for want of file descriptors. */
    public void acceptFailed() {
        acceptFailures.increment();
    }

    /** A client's TLS handshake failed. */
    public void handshakeFailed() {
        handshakeFailures.increment();
    }

    /** A connection was closed before its protocol began. */
    public void refused(Refusal why) {
        Objects.requireNonNull(refused.get(why)).increment();
    }

    /** Connections open now. */
    public long active() {
        // Closed first: a connection that comes and goes in between must not show as -1.
        long gone = closed.sum();
        return Math.max(0, opened.sum() - gone);
    }

    /** Connections accepted so far. */
    public long accepted() {
        return opened.sum();
    }

    void collect(Families families) {
        families.connections.dataPoint(new GaugeDataPointSnapshot(active(), labels, null));
        families.count(families.accepted, labels, opened);
        families.count(families.handshakeFailures, labels, handshakeFailures);
        families.count(families.acceptFailures, labels, acceptFailures);
        refused.forEach((why, count) ->
                families.count(families.refused, labels.add("reason", why.name().toLowerCase(Locale.ROOT)), count));
    }
}
