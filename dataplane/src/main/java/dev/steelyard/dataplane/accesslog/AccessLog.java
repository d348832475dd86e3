package dev.steelyard.dataplane.accesslog;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** What is written of the requests of a route, or of the connections of a listener. Immutable; for all threads. */
public final class AccessLog {

    /** Nothing. */
    public static final AccessLog OFF = new AccessLog(LineForm.COMBINED, 0, false);

    private final LineForm form;
    private final int percent;
    private final boolean on;

    private AccessLog(LineForm form, int percent, boolean on) {
        this.form = form;
        this.percent = percent;
        this.on = on;
    }

    /** {@link #OFF} if there is none. */
    public static AccessLog of(Optional<dev.steelyard.snapshot.AccessLog> config) {
        return config.map(log -> new AccessLog(LineForm.of(log), log.percent(), true))
                .orElse(OFF);
    }

    /** Whether anything may be written. */
    public boolean on() {
        return on;
    }

    /**
     * Whether a request is among those that are written: all 5xx are, and of the others a share.
     *
     * @param status 0 for a connection
     * @param random for the share
     */
    public boolean takes(int status, RandomGenerator random) {
        return on && (percent == 100 || status >= 500 || random.nextInt(100) < percent);
    }

    LineForm form() {
        return form;
    }
}
