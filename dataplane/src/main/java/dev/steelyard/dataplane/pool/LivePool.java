package dev.steelyard.dataplane.pool;

import dev.steelyard.dataplane.balance.Balancer;
import dev.steelyard.dataplane.balance.Balancer.Exclusion;
import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.snapshot.ObjectKey;
import dev.steelyard.snapshot.Pool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pool on this node. One object per pool for as long as any edition refers to it; its {@link State} is replaced whole when the
 * configuration, the endpoints or their health change. Read from event loops, written by the control thread alone.
 */
public final class LivePool {

    private final ObjectKey key;
    private final PoolLoad load;
    private volatile State state;

    public LivePool(ObjectKey key, State state) {
        this.key = key;
        this.state = state;
        this.load = new PoolLoad(Math.max(1, state.balancers().size()));
    }

    /**
     * What a pool is at one moment.
     *
     * @param config the governing configuration
     * @param tls how connections to its endpoints are encrypted; absent: not at all
     * @param application the FastCGI programs that its endpoints run; absent: they speak something else
     * @param balancers one per event loop, in the order of the loops' indexes; not to be changed
     * @param total endpoints known, eligible or not
     * @param eligible endpoints that take new work
     */
    public record State(
            Pool config,
            @Nullable ClientTls tls,
            @Nullable Application application,
            List<Balancer> balancers,
            int total,
            int eligible) {

        public State {
            balancers = List.copyOf(balancers);
        }

        /** A pool with the FastCGI programs of its configuration. */
        public State(Pool config, @Nullable ClientTls tls, List<Balancer> balancers, int total, int eligible) {
            this(config, tls, Application.of(config), balancers, total, eligible);
        }

        /** A pool whose endpoints are spoken to in clear text. */
        public State(Pool config, List<Balancer> balancers, int total, int eligible) {
            this(config, null, balancers, total, eligible);
        }
    }

    public ObjectKey key() {
        return key;
    }

    /** What is under way to it. */
    public PoolLoad load() {
        return load;
    }

    /** The state in force now. */
    public State state() {
        return state;
    }

    /** Puts a new state in force. Control thread only. */
    public void state(State next) {
        state = next;
    }

    /**
     * The endpoint for a new request or connection.
     *
     * @param loop index of the calling event loop
     * @param key hash of what tells clients apart, for hashing algorithms
     * @param exclusion endpoints already tried in vain
     * @return null if no endpoint can take it
     */
    public @Nullable Endpoint choose(int loop, long key, Exclusion exclusion) {
        return state.balancers().get(loop).choose(key, exclusion);
    }
}
