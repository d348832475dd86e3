package dev.steelyard.dataplane.pool;

import java.util.concurrent.atomic.LongAdder;

/** Counts what one endpoint was asked and how it answered. For all threads; never blocks. */
public final class EndpointCounters {

    private static final int CODE_CLASSES = 6;

    private final LongAdder asked = new LongAdder();
    private final LongAdder[] responses = new LongAdder[CODE_CLASSES];
    private final LongAdder received = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder connectNanos = new LongAdder();
    private final LongAdder responseNanos = new LongAdder();
    private final LongAdder totalNanos = new LongAdder();
    private final LongAdder connectFailures = new LongAdder();
    private final LongAdder responseFailures = new LongAdder();
    private final LongAdder movedOn = new LongAdder();

    EndpointCounters() {
        for (int i = 0; i < CODE_CLASSES; i++) {
            responses[i] = new LongAdder();
        }
    }

    /** A request (HTTP) or connection (TCP) goes to it. */
    public void asked() {
        asked.increment();
    }

    /** A connection to it was made. */
    public void connected(long nanos) {
        connects.increment();
        connectNanos.add(nanos);
    }

    /**
     * What it was asked last has ended with its own answer.
     *
     * @param status of that; 0 for TCP
     * @param headNanos from the end of the request's head to its response's head; 0 for TCP
     * @param nanos from there to the end of the response, or of the connection
     */
    public void answered(int status, long headNanos, long nanos) {
        int codeClass = status / 100;
        responses[codeClass >= 1 && codeClass < CODE_CLASSES ? codeClass : 0].increment();
        responseNanos.add(headNanos);
        totalNanos.add(nanos);
    }

    /** Bytes went through it. */
    public void transferred(long fromClient, long toClient) {
        if (fromClient != 0) {
            received.add(fromClient);
        }
        if (toClient != 0) {
            sent.add(toClient);
        }
    }

    /** It could not be connected to. */
    public void connectFailed() {
        connectFailures.increment();
    }

    /** It gave no answer, or none that can be used. */
    public void responseFailed() {
        responseFailures.increment();
    }

    /** What it was asked goes to another one. */
    public void movedOn() {
        movedOn.increment();
    }

    Counts counts() {
        long[] byClass = new long[CODE_CLASSES];
        for (int i = 0; i < CODE_CLASSES; i++) {
            byClass[i] = responses[i].sum();
        }
        return new Counts(
                asked.sum(),
                byClass,
                received.sum(),
                sent.sum(),
                connects.sum(),
                connectNanos.sum(),
                responseNanos.sum(),
                totalNanos.sum(),
                connectFailures.sum(),
                responseFailures.sum(),
                movedOn.sum());
    }

    /**
     * What was counted up to one moment; durations are sums in nanoseconds.
     *
     * @param asked requests (HTTP) or connections (TCP)
     * @param byCodeClass its own answers, by the first digit of their status; 0: not HTTP. Not to be changed
     * @param received bytes from clients for it
     * @param sent bytes from it to clients
     */
    @SuppressWarnings("ArrayRecordComponent") // made for each reading, read once
    public record Counts(
            long asked,
            long[] byCodeClass,
            long received,
            long sent,
            long connects,
            long connectNanos,
            long responseNanos,
            long totalNanos,
            long connectFailures,
            long responseFailures,
            long movedOn) {

        /** Of one that was asked nothing. */
        public static final Counts NONE = new Counts(0, new long[CODE_CLASSES], 0, 0, 0, 0, 0, 0, 0, 0, 0);

        /** Its own answers. */
        public long answered() {
            long sum = 0;
            for (long each : byCodeClass) {
                sum += each;
            }
            return sum;
        }

        /** Answers 5xx, and none. */
        public long errors() {
            return byCodeClass[5] + connectFailures + responseFailures;
        }
    }
}
