package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.metrics.ResponseFlag;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.upstream.OwnConnections;
import dev.steelyard.dataplane.upstream.UpstreamConnections;
import dev.steelyard.dataplane.upstream.UpstreamListener;
import dev.steelyard.dataplane.upstream.UpstreamStream;
import dev.steelyard.snapshot.Pool.PoolProtocol;
import dev.steelyard.snapshot.Retry;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that one request is sent to, one after the other, each counted as in flight for as long as it has the request; and what is
 * needed to send it again. What only a failure needs is made when there is one.
 */
final class Attempts {

    /** A request that cannot be sent twice does not go on a connection that its endpoint may just be closing. */
    private static final long MAX_IDLE_FOR_UNREPEATABLE = TimeUnit.SECONDS.toNanos(2);

    private final EngineLoop loop;
    private @Nullable LivePool pool;
    private Retry policy = Retry.DEFAULT;
    private @Nullable UpstreamListener listener;
    private @Nullable ClientOrigin origin;
    private boolean idempotent;
    private @Nullable KeptBody body;
    private @Nullable Endpoint endpoint;
    private List<Endpoint> unreachable = List.of();
    private List<Endpoint> tried = List.of();
    private @Nullable Retries retries;
    private @Nullable Future<?> waiting;
    private boolean bodySent;

    Attempts(EngineLoop loop) {
        this.loop = loop;
    }

    /**
     * A request begins that is for a pool; {@link #over} ends it.
     *
     * @param to the pool
     * @param retry when it is sent again
     * @param receiver is told what becomes of it
     * @param client who sent it
     */
    Attempts begin(LivePool to, Retry retry, RequestHead head, UpstreamListener receiver, ClientOrigin client) {
        pool = to;
        policy = retry;
        listener = receiver;
        origin = client;
        idempotent = head.idempotent();
        boolean small = head.contentLength() <= KeptBody.MAX_OCTETS;
        boolean kept = head.framing() != Framing.NONE && small && Retries.keepsBody(policy, idempotent);
        body = kept ? new KeptBody() : null;
        to.load().begin(loop.index());
        return this;
    }

    /** It is over, and another request may begin. */
    void close() {
        pool = null;
        listener = null;
        origin = null;
        body = null;
        unreachable = List.of();
        tried = List.of();
        retries = null;
        waiting = null;
        bodySent = false;
    }

    private LivePool pool() {
        return Objects.requireNonNull(pool);
    }

    /**
     * A connection to the next endpoint, in use already or still to be opened; null if no endpoint is left to be tried.
     *
     * @param reuse whether it may have carried requests before
     * @param requestDone whether there is no body, or all of it is here
     */
    @Nullable
    UpstreamStream next(boolean reuse, boolean requestDone) {
        Endpoint chosen = choose();
        if (chosen == null) {
            return null;
        }
        endpoint = chosen;
        chosen.begin();
        UpstreamConnections upstreams = loop.upstreams();
        UpstreamListener receiver = Objects.requireNonNull(listener);
        boolean repeatable = idempotent && requestDone;
        LivePool.State state = pool().state();
        if (state.config().protocol() == PoolProtocol.HTTP2) {
            return upstreams.stream(chosen, state, reuse, receiver);
        }
        OwnConnections own = state.config().sendProxyProtocol().isEmpty()
                ? null
                : Objects.requireNonNull(origin).own();
        UpstreamStream idle = reuse
                ? upstreams.idle(chosen, state, own, repeatable ? Long.MAX_VALUE : MAX_IDLE_FOR_UNREPEATABLE)
                : null;
        return idle == null ? upstreams.create(chosen, state, own, receiver) : idle;
    }

    /** One that has not been tried, or else any that could be reached. */
    private @Nullable Endpoint choose() {
        LivePool from = pool();
        if (unreachable.isEmpty() && tried.isEmpty()) {
            return from.choose(loop.index(), 0, Exclusion.NONE);
        }
        Endpoint fresh = from.choose(loop.index(), 0, one -> unreachable.contains(one) || tried.contains(one));
        return fresh != null || tried.isEmpty() ? fresh : from.choose(loop.index(), 0, unreachable::contains);
    }

    /** The one under way. */
    @Nullable
    Endpoint endpoint() {
        return endpoint;
    }

    /** Something of the request's body goes to the endpoint under way; keeps what may be needed again, the caller's ownership stays. */
    void sends(ByteBuf piece) {
        bodySent = true;
        if (body != null) {
            body.add(piece);
        }
    }

    /**
     * The body has ended.
     *
     * @param again whether that end can be sent again: trailers are not kept
     */
    void sendsEnd(boolean again) {
        bodySent = true;
        if (body != null && !again) {
            body.letGo();
        }
    }

    /** Sends what was sent of the body to the endpoint under way, too. */
    void sendAgain(UpstreamStream to, boolean requestDone) {
        if (bodySent && body != null) {
            body.sendTo(to);
            if (requestDone) {
                to.end(null);
            }
        }
    }

    /** Whether a request that went on a connection which its endpoint was just closing may be sent anew, whatever policies say. */
    boolean replaceable() {
        return idempotent && bodyHere();
    }

    private boolean bodyHere() {
        return !bodySent || (body != null && body.whole());
    }

    /**
     * The endpoint under way has failed.
     *
     * @return after how many nanoseconds the request is to be sent again; {@link Retries#NEVER}: not at all
     */
    long failed(Retry.On failure) {
        if (retries == null) {
            retries = new Retries(policy, pool().load(), loop.random(), idempotent);
        }
        long wait = retries.next(failure, bodyHere());
        if (wait != Retries.NEVER) {
            if (failure == Retry.On.CONNECT_FAILURE) {
                unreachable = withThisOne(unreachable);
            } else {
                tried = withThisOne(tried);
            }
            leave();
        }
        return wait;
    }

    private List<Endpoint> withThisOne(List<Endpoint> before) {
        if (endpoint == null) {
            return before;
        }
        List<Endpoint> after = before.isEmpty() ? new ArrayList<>(4) : before;
        after.add(endpoint);
        return after;
    }

    /** What kept the last {@link #failed} from being tried again, beside the failure itself. */
    @Nullable
    ResponseFlag refusal() {
        return retries == null ? null : retries.refusal();
    }

    /** Runs something after a while, unless the request is over by then. */
    void after(long nanos, Runnable task) {
        waiting = loop.after(nanos, task);
    }

    /** The response has begun: nothing is sent again. */
    void answered() {
        if (body != null) {
            body.letGo();
        }
    }

    /** The endpoint under way has the request no more. */
    void leave() {
        Endpoint left = endpoint;
        endpoint = null;
        if (left != null) {
            left.end();
        }
    }

    /** The request is over. Once. */
    void over() {
        leave();
        answered();
        pool().load().end(loop.index());
        if (retries != null) {
            retries.end();
        }
        if (waiting != null) {
            var _ = waiting.cancel(false);
        }
    }
}
