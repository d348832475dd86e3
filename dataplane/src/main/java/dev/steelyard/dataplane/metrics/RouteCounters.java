package dev.steelyard.dataplane.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counters of one route with one pool. One that was dropped from {@link Meters} still counts for the exchanges that hold it, and goes
 * with the last of them.
 */
final class RouteCounters implements RouteMeters {

    /** By first digit of the status; 0: not HTTP. */
    private static final String[] CODE_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

    private final Labels labels;
    private final Histogram connects;
    private final LongAdder handshakeFailures;
    private final LongAdder[] requests = adders(CODE_CLASSES.length);
    private final Map<ResponseFlag, LongAdder> flags = new EnumMap<>(ResponseFlag.class); // filled once, then only read
    private final LongAdder retries = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final Histogram durations = new Histogram();

    /**
     * @param connects of the pool
     * @param handshakeFailures of the pool
     */
    RouteCounters(Labels labels, Histogram connects, LongAdder handshakeFailures) {
        this.labels = labels;
        this.connects = connects;
        this.handshakeFailures = handshakeFailures;
        for (ResponseFlag flag : ResponseFlag.values()) {
            flags.put(flag, new LongAdder());
        }
    }

    private static LongAdder[] adders(int count) {
        LongAdder[] adders = new LongAdder[count];
        for (int i = 0; i < count; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    @Override
    public void finished(int status, long nanos, long bytesReceived, long bytesSent) {
        int codeClass = status / 100;
        requests[codeClass >= 1 && codeClass <= 5 ? codeClass : 0].increment();
        durations.record(nanos);
        transferred(bytesReceived, bytesSent);
    }

    @Override
    public void transferred(long bytesReceived, long bytesSent) {
        received.add(bytesReceived);
        sent.add(bytesSent);
    }

    @Override
    public void flagged(ResponseFlag flag) {
        Objects.requireNonNull(flags.get(flag)).increment();
    }

    @Override
    public void retried() {
        retries.increment();
    }

    @Override
    public void upstreamHandshakeFailed() {
        handshakeFailures.increment();
    }

    @Override
    public void connected(long nanos) {
        connects.record(nanos);
    }

    /** What was counted so far. */
    RouteCounts counts() {
        long[] classes = new long[requests.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = requests[i].sum();
        }
        Map<ResponseFlag, Long> seen = new EnumMap<>(ResponseFlag.class);
        flags.forEach((flag, count) -> {
            long sum = count.sum();
            if (sum != 0) {
                seen.put(flag, sum);
            }
        });
        return new RouteCounts(classes, seen, retries.sum(), received.sum(), sent.sum(), durations.durations());
    }

    /** Adds what was counted; series that never moved are left out, since most routes see few statuses and flags. */
    void collect(Families families) {
        for (int i = 0; i < requests.length; i++) {
            families.count(families.requests, labels.add("code_class", CODE_CLASSES[i]), requests[i]);
        }
        flags.forEach((flag, count) -> families.count(families.flagged, labels.add("flag", flag.key()), count));
        families.count(families.retries, labels, retries);
        families.count(families.bytes, labels.add("direction", "received"), received);
        families.count(families.bytes, labels.add("direction", "sent"), sent);
        families.durations.dataPoint(durations.collect(labels));
    }
}
