package dev.steelyard.operator.lead;

import java.time.Duration;

/**
 * Which Lease decides who leads, and how fast.
 *
 * @param namespace of the Lease
 * @param name of the Lease
 * @param identity of this replica, unique among those that run
 * @param duration for which others respect a holder that they no longer hear of; whole seconds, at least one
 * @param renewWithin a leader that has not renewed for this long stops leading; shorter than {@code duration}
 * @param retry pause between two attempts to acquire or renew
 */
public record LeaseTerms(
        String namespace, String name, String identity, Duration duration, Duration renewWithin, Duration retry) {

    /**
     * @throws IllegalArgumentException unless retry &lt; renewWithin &lt; duration
     */
    public LeaseTerms {
        if (duration.toSeconds() < 1 || renewWithin.compareTo(duration) >= 0 || retry.compareTo(renewWithin) >= 0) {
            throw new IllegalArgumentException(
                    "a lease of " + duration + " has to be longer than the time to renew it (" + renewWithin
                            + "), and that longer than the pause between attempts (" + retry + ")");
        }
    }

    /** The usual shares of a lease's duration: renew within two thirds, try each sixth. */
    public static LeaseTerms of(String namespace, String name, String identity, Duration duration) {
        return new LeaseTerms(
                namespace, name, identity, duration, duration.multipliedBy(2).dividedBy(3), duration.dividedBy(6));
    }
}
