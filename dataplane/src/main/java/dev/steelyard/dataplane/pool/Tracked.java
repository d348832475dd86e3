package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.health.Outcome;
import dev.steelyard.dataplane.health.Outcome.Fault;
import dev.steelyard.dataplane.health.Prober.Watch;
import dev.steelyard.dataplane.pool.EndpointView.Checks;
import dev.steelyard.dataplane.pool.EndpointView.State;
import dev.steelyard.dataplane.pool.Membership.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the control thread knows of an endpoint in its pool: why it takes new work, or does not. */
final class Tracked {

    final Endpoint endpoint;
    private Candidate candidate;
    private Health health = Health.UNCHECKED;
    private String reason = "";
    private Instant since;
    private AdminState admin = AdminState.READY;
    private @Nullable Watch watch;
    private Fault fault = Fault.NONE;
    private long failures;
    private long downs;
    private Duration down = Duration.ZERO;
    private @Nullable Instant downSince;

    Tracked(Endpoint endpoint, Candidate candidate, Instant now) {
        this.endpoint = endpoint;
        this.candidate = candidate;
        this.since = now;
        endpoint.host(candidate.host());
    }

    private enum Health {
        UNCHECKED,
        ASSUMED_UP,
        UNPROVEN,
        UP,
        DOWN
    }

    /** How much an endpoint is wanted for new work; the best that a pool has takes it all. */
    enum Rank {
        /** Ready, and not known to be down. */
        FIRST,
        /** Ready, not proven yet in a pool that had proven ones. */
        UNPROVEN,
        /** On its way out, still answering. */
        TERMINATING,
        /**
         * Ready before, not any more, and found up by its checks all the time: better than nobody. So it is with all pods at once when a
         * control plane that was away takes the nodes for dead.
         */
        NOT_READY,
        /** Takes none. */
        NEVER
    }

    Candidate candidate() {
        return candidate;
    }

    void candidate(Candidate next, Instant now) {
        if (stands(next) != stands(candidate)) {
            since = now;
        }
        candidate = next;
        endpoint.host(next.host());
    }

    Rank rank() {
        if (candidate.weight() == 0 || admin != AdminState.READY || health == Health.DOWN) {
            return Rank.NEVER;
        }
        if (stands(candidate)) {
            return health == Health.UNPROVEN ? Rank.UNPROVEN : Rank.FIRST;
        }
        if (candidate.terminating()) {
            return candidate.serving() ? Rank.TERMINATING : Rank.NEVER;
        }
        return health == Health.UP ? Rank.NOT_READY : Rank.NEVER;
    }

    /** Whether it is to be checked: one that is not ready yet would only be reported down, and one that was has to show that it works. */
    boolean wantsCheck() {
        return candidate.ready() || candidate.serving() || health == Health.UP;
    }

    boolean checked() {
        return watch != null;
    }

    /** Begins its checks; until the first has a result, it stays what it is, or is taken to be what {@code assumeUp} says. */
    void check(Watch begun, boolean assumeUp) {
        stopCheck();
        watch = begun;
        if (health == Health.UNCHECKED) {
            health = assumeUp ? Health.ASSUMED_UP : Health.UNPROVEN;
        }
    }

    /** Ends its checks and forgets what they said. */
    void uncheck(Instant now) {
        stopCheck();
        upAgain(now);
        health = Health.UNCHECKED;
        fault = Fault.NONE;
        reason = "";
    }

    void stopCheck() {
        if (watch != null) {
            watch.stop();
            failures += watch.failures();
            watch = null;
        }
    }

    void take(Outcome outcome, Instant now) {
        Health next = outcome.healthy() ? Health.UP : Health.DOWN;
        if (next != health) {
            since = now;
            if (next == Health.DOWN) {
                downs++;
                downSince = now;
            } else {
                upAgain(now);
            }
        }
        health = next;
        fault = outcome.fault();
        reason = outcome.reason();
    }

    private void upAgain(Instant now) {
        down = down(now);
        downSince = null;
    }

    private Duration down(Instant now) {
        return downSince == null ? down : down.plus(Duration.between(downSince, now));
    }

    private Checks checks(Instant now) {
        return new Checks(fault, failures + (watch == null ? 0 : watch.failures()), downs, down(now));
    }

    void admin(AdminState next, Instant now) {
        admin = next;
        since = now;
    }

    /** Whether its checks have found it up and it is ready. */
    boolean proven() {
        return health == Health.UP && stands(candidate);
    }

    /** Whether it is up, as metrics tell it; empty while that is not known. */
    Optional<Boolean> up() {
        return switch (health) {
            case ASSUMED_UP, UNPROVEN -> Optional.empty();
            case DOWN -> Optional.of(false);
            case UP, UNCHECKED -> Optional.of(admin != AdminState.DOWN && stands(candidate));
        };
    }

    /** Why it is reported as down; empty if it is not. */
    String downReason() {
        if (admin == AdminState.DOWN) {
            return "set down by an administrator";
        }
        return health == Health.DOWN && stands(candidate) ? reason : "";
    }

    Instant since() {
        return since;
    }

    EndpointView view(boolean eligible, Instant now) {
        return new EndpointView(
                endpoint.id().address(),
                endpoint.id().targetUid(),
                state(),
                eligible,
                admin == AdminState.DOWN ? downReason() : reason,
                since,
                candidate.weight(),
                endpoint.inFlight(),
                admin,
                endpoint.counters().counts(),
                checks(now));
    }

    /** As {@link #view}, for one that has left. */
    EndpointView drainingView(Instant now) {
        return new EndpointView(
                endpoint.id().address(),
                endpoint.id().targetUid(),
                State.DRAINING,
                false,
                "",
                since,
                candidate.weight(),
                endpoint.inFlight(),
                admin,
                endpoint.counters().counts(),
                checks(now));
    }

    private State state() {
        if (!stands(candidate)) {
            return candidate.terminating() && candidate.serving() ? State.TERMINATING : State.NOT_READY;
        }
        return switch (health) {
            case UNCHECKED -> State.UNCHECKED;
            case ASSUMED_UP -> State.ASSUMED_UP;
            case UNPROVEN -> State.UNPROVEN;
            case UP -> State.UP;
            case DOWN -> State.DOWN;
        };
    }

    private static boolean stands(Candidate candidate) {
        return candidate.ready() && !candidate.terminating();
    }
}
