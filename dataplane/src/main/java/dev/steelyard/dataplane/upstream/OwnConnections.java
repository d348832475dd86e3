package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections that one client connection alone may use, because their endpoints have been told by a PROXY protocol header that it is the
 * client of all that they carry. A few are kept idle, and closed when the client goes. For the client's event loop alone.
 */
public final class OwnConnections {

    /** As HAProxy's {@code max-session-srv-conns}: a client seldom goes to more endpoints in turn. */
    private static final int MOST_IDLE = 5;

    private final Proxied client;
    private final Deque<PooledConnection> idle = new ArrayDeque<>();
    private boolean closed;

    private OwnConnections(Proxied client) {
        this.client = client;
    }

    /**
     * Those of a client, none yet.
     *
     * @param gone completes, on the event loop, when the client's connection has closed
     */
    public static OwnConnections of(Proxied client, Future<?> gone) {
        OwnConnections own = new OwnConnections(client);
        gone.addListener(_ -> own.close());
        return own;
    }

    /** What endpoints are told. */
    Proxied client() {
        return client;
    }

    @Nullable
    PooledConnection idle(Endpoint endpoint, LivePool.State state, long now, long maxIdleNanos) {
        for (PooledConnection kept : idle) {
            if (kept.endpoint().equals(endpoint) && kept.usable(state, now) && now - kept.idleSince() <= maxIdleNanos) {
                idle.remove(kept);
                return kept;
            }
        }
        return null;
    }

    void keep(PooledConnection connection) {
        if (closed || connection.endpoint().gone()) {
            connection.close();
            return;
        }
        idle.addFirst(connection);
        if (idle.size() > MOST_IDLE) {
            idle.getLast().close();
        }
    }

    void forget(PooledConnection connection) {
        idle.remove(connection);
    }

    private void close() {
        closed = true;
        List.copyOf(idle).forEach(PooledConnection::close);
    }
}
