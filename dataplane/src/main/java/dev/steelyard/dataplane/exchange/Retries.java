package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.PoolLoad;
import dev.steelyard.dataplane.upstream.UpstreamFailure;
import dev.steelyard.snapshot.Retry;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when one request is sent again. Made when an endpoint has failed it for the first time. On its event loop.
 *
 * <p>A request that no endpoint has seen may always be sent again, and at once: it is no more work for the pool. One that an endpoint may have
 * acted on may only if its method is idempotent (RFC 9110 section 9.2.2) or the policy says that it does not matter, if its body is still
 * here, and if the pool's budget has room for it: retries must not bury a pool that is in trouble. Such retries wait for a random time that
 * doubles at its most with each (full jitter), so that they do not come as a wave; the wait counts against the budget, or a wave of
 * failures would pass it as a whole.
 */
final class Retries {

    private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** {@link #next} says: not again. */
    static final long NEVER = -1;

    private final Retry policy;
    private final PoolLoad load;
    private final RandomGenerator random;
    private final boolean repeatable;
    private int done;
    private boolean counted;
    private @Nullable ResponseFlag refusal;

    /**
     * @param idempotent whether the request's method is
     */
    Retries(Retry policy, PoolLoad load, RandomGenerator random, boolean idempotent) {
        this.policy = policy;
        this.load = load;
        this.random = random;
        this.repeatable = idempotent || policy.nonIdempotent();
    }

    /** The failure that a policy may name; null for one that is never tried again. */
    static Retry.@Nullable On of(UpstreamFailure failure) {
        return switch (failure) {
            case CONNECT, NO_SOURCE_PORT, TLS -> Retry.On.CONNECT_FAILURE;
            case REFUSED -> Retry.On.REFUSED_STREAM;
            case STALE, RESET -> Retry.On.RESET;
            case LENGTH_REQUIRED, NO_WEBSOCKET, MALFORMED -> null;
        };
    }

    /** Whether an endpoint that gave this answer has failed. */
    static boolean isGatewayError(int status) {
        return status == 502 || status == 503 || status == 504;
    }

    /** Whether a request whose body is kept could be sent again under this policy though an endpoint has seen it. */
    static boolean keepsBody(Retry policy, boolean idempotent) {
        boolean seen = policy.on().contains(Retry.On.RESET)
                || policy.on().contains(Retry.On.TIMEOUT)
                || policy.on().contains(Retry.On.GATEWAY_ERROR);
        return policy.attempts() > 0 && seen && (idempotent || policy.nonIdempotent());
    }

    /**
     * When the request is sent again after a failure, in nanoseconds from now; {@link #NEVER} if it is not.
     *
     * @param bodyHere whether what was sent of its body, if anything, can be sent again
     */
    long next(Retry.On failure, boolean bodyHere) {
        refusal = null;
        boolean unseen = failure == Retry.On.CONNECT_FAILURE || failure == Retry.On.REFUSED_STREAM;
        if (!bodyHere || !policy.on().contains(failure) || (!unseen && !repeatable)) {
            return NEVER;
        }
        if (done >= policy.attempts()) {
            refusal = done == 0 || unseen ? null : ResponseFlag.RETRY_LIMIT;
            return NEVER;
        }
        if (!unseen && !counted) {
            if (!load.retry(policy.budget().percent(), policy.budget().min())) {
                refusal = ResponseFlag.RETRY_BUDGET;
                return NEVER;
            }
            counted = true;
        }
        long most = Math.min(LONGEST_WAIT_NANOS, FIRST_WAIT_NANOS << done);
        done++;
        return unseen ? 0 : random.nextLong(1, most);
    }

    /** Why {@link #next} said no, if that was for want of attempts or budget. */
    @Nullable
    ResponseFlag refusal() {
        return refusal;
    }

    /** The request has ended. */
    void end() {
        if (counted) {
            counted = false;
            load.retried();
        }
    }
}
