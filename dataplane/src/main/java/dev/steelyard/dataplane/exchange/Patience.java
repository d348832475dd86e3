package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.snapshot.Route.Timeouts;
import org.jspecify.annotations.Nullable;

/** How long one exchange may still take, by its route's timeouts. */
final class Patience {

    private final Deadlines deadlines;
    private long started;
    private Timeouts timeouts = Timeouts.DEFAULT;
    private long perTry;
    private long tried;
    private long lastActivity;
    private boolean answered;
    private boolean requestDone;

    Patience(Deadlines deadlines) {
        this.deadlines = deadlines;
    }

    /** An exchange begins. */
    Patience begin() {
        started = deadlines.now();
        lastActivity = started;
        timeouts = Timeouts.DEFAULT;
        perTry = 0;
        tried = 0;
        answered = false;
        requestDone = false;
        return this;
    }

    /**
     * Takes what the route says.
     *
     * @param perTryNanos for each attempt; 0: no limit
     */
    void timeouts(Timeouts ofRoute, long perTryNanos) {
        timeouts = ofRoute;
        perTry = perTryNanos;
    }

    /** Whether attempts are bounded. */
    boolean boundsTries() {
        return perTry > 0;
    }

    /** Another attempt begins. */
    void attempt() {
        tried = deadlines.now();
    }

    /** The request is here as a whole: the wait for its response begins, for the attempt under way. */
    void requestDone() {
        requestDone = true;
        tried = deadlines.now();
    }

    /** Bytes have moved, on either side. */
    void activity() {
        lastActivity = deadlines.now();
    }

    /** The response's head is there: from now on only silence counts. */
    void answered() {
        answered = true;
        activity();
    }

    /** When the first of the timeouts passes, should nothing happen until then. */
    long ends() {
        long silence = timeouts.idle().toNanos();
        long first = Math.min(silence == 0 ? Long.MAX_VALUE : lastActivity + silence, answerDue());
        return Math.min(first, Math.min(tryDue(), wholeDue()));
    }

    /** When the response's head is due. */
    private long answerDue() {
        long request = timeouts.request().toNanos();
        return answered || request == 0 ? Long.MAX_VALUE : started + request;
    }

    /** When it is due from the endpoint asked now. A slow upload is not the endpoint's fault. */
    private long tryDue() {
        return answered || !requestDone || perTry == 0 ? Long.MAX_VALUE : tried + perTry;
    }

    /** When all is to be over. */
    private long wholeDue() {
        return timeouts.stream().isEmpty()
                ? Long.MAX_VALUE
                : started + timeouts.stream().get().toNanos();
    }

    /**
     * What has come too late by now; null if nothing.
     *
     * @param waitsForClient whether it is the client's turn to send
     */
    @Nullable
    ResponseFlag late(boolean waitsForClient) {
        long now = deadlines.now();
        if (now < ends()) {
            return null;
        }
        if (now >= wholeDue()) {
            return ResponseFlag.STREAM_TIMEOUT;
        }
        if (now >= answerDue()) {
            return ResponseFlag.REQUEST_TIMEOUT;
        }
        if (now >= tryDue()) {
            return ResponseFlag.PER_TRY_TIMEOUT;
        }
        return waitsForClient ? ResponseFlag.CLIENT_TIMEOUT : ResponseFlag.IDLE_TIMEOUT;
    }
}
