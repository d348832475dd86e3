package dev.steelyard.dataplane.health;

/**
 * How a probe ended.
 *
 * @param healthy whether the endpoint answered as expected
 * @param reason why not, for people, with nothing in it that changes from one probe to the next; empty if healthy
 * @param fault what kind of failure it is
 */
public record Outcome(boolean healthy, String reason, Fault fault) {

    /** It answered as expected. */
    public static final Outcome HEALTHY = new Outcome(true, "", Fault.NONE);

    /** It did not, for that reason. */
    public static Outcome unhealthy(String reason) {
        return unhealthy(Fault.ANSWER, reason);
    }

    /** It did not, for that reason. */
    public static Outcome unhealthy(Fault fault, String reason) {
        return new Outcome(false, reason, fault);
    }

    /** What goes wrong with a probe. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** There is no connection. */
        CONNECTION,
        /** The TLS handshake fails. */
        HANDSHAKE,
        /** It takes too long. */
        TIMEOUT,
        /** The answer has another status than expected. */
        STATUS,
        /** There is no answer, or none that can be read. */
        ANSWER
    }
}
