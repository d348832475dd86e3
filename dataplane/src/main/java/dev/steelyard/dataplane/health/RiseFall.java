package dev.steelyard.dataplane.health;

/**
 * Turns the outcomes of probes into a verdict: the first outcome decides alone; after that, {@code fall} failures in a row take the
 * endpoint down and {@code rise} successes in a row bring it up. Not safe for several threads.
 */
final class RiseFall {

    private final int rise;
    private final int fall;
    private boolean decided;
    private boolean up;
    private int against;
    private String reason = "";

    /**
     * @param rise at least 1
     * @param fall at least 1
     */
    RiseFall(int rise, int fall) {
        this.rise = rise;
        this.fall = fall;
    }

    /** Takes an outcome, and says whether it changes the verdict, or the reason why the endpoint is down. */
    boolean take(Outcome outcome) {
        boolean turned = !decided || turns(outcome);
        if (turned) {
            decided = true;
            up = outcome.healthy();
        }
        if (outcome.healthy() == up) {
            against = 0;
        }
        boolean told = turned || (!up && !outcome.healthy() && !outcome.reason().equals(reason));
        if (told) {
            reason = outcome.reason();
        }
        return told;
    }

    private boolean turns(Outcome outcome) {
        if (outcome.healthy() == up) {
            return false;
        }
        against++;
        return against >= (up ? fall : rise);
    }
}
