package dev.steelyard.dataplane.health;

/**
 * How a probe ended.
 *
 * @param healthy whether the endpoint answered as expected
 * @param reason why not, for people, with nothing in it that changes from one probe to the next; empty if healthy
 */
public record Outcome(boolean healthy, String reason) {

    /** It answered as expected. */
    public static final Outcome HEALTHY = new Outcome(true, "");

    /** It did not, for that reason. */
    public static Outcome unhealthy(String reason) {
        return new Outcome(false, reason);
    }
}
