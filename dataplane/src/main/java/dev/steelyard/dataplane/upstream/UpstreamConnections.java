package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.pool.LivePool;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.EventLoops;
import dev.steelyard.dataplane.transport.LentReads;
import dev.steelyard.dataplane.transport.Spares;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to all endpoints. Idle ones are kept by endpoint, the last used on top: so as few as are needed stay warm
 * and the others reach their idle timeout.
 */
public final class UpstreamConnections {

    private static final int SPARE_HEADS = 64;

    private final EventLoop loop;
    private final EventLoops loops;
    private final Deadlines deadlines;
    private final Http2Connections http2;
    private final Map<Endpoint, Deque<PooledConnection>> idle = new HashMap<>();
    private final Spares<ResponseHead> heads = new Spares<>(SPARE_HEADS, ResponseHead::new);

    /** @param loops all that share each endpoint's bound on idle connections, {@code loop} among them */
    public UpstreamConnections(EventLoop loop, EventLoops loops, Deadlines deadlines) {
        this.loop = loop;
        this.loops = loops;
        this.deadlines = deadlines;
        this.http2 = new Http2Connections(loop, this::connect, deadlines, loops.size());
    }

    /**
     * An idle connection, or null if a new one is to be made.
     *
     * @param state in force: connections made under other settings are closed
     * @param own those of the client, if endpoints are told who it is; absent: those that all clients share
     * @param maxIdleNanos one that has been idle for longer is not taken
     */
    public @Nullable UpstreamStream idle(
            Endpoint endpoint, LivePool.State state, @Nullable OwnConnections own, long maxIdleNanos) {
        if (own != null) {
            return own.idle(endpoint, state, deadlines.now(), maxIdleNanos);
        }
        Deque<PooledConnection> kept = idle.get(endpoint);
        if (kept == null) {
            return null;
        }
        long now = deadlines.now();
        for (PooledConnection top = kept.peekFirst(); top != null; top = kept.peekFirst()) {
            if (!top.usable(state, now)) {
                top.close();
            } else if (now - top.idleSince() > maxIdleNanos) {
                return null;
            } else {
                kept.removeFirst();
                return top;
            }
        }
        return null;
    }

    /**
     * A new connection, still to be opened.
     *
     * @param own those of the client, if endpoints are told who it is
     */
    public UpstreamStream create(
            Endpoint endpoint, LivePool.State state, @Nullable OwnConnections own, UpstreamListener listener) {
        Application application = state.application();
        return application == null
                ? new UpstreamConnection(this, endpoint, state, own, listener)
                : new FastCgiConnection(this, endpoint, state, application, listener);
    }

    /**
     * A place for a request on an HTTP/2 connection, see {@link UpstreamStream#reused}.
     *
     * @param state in force: connections made under other settings take no further request
     * @param mayBeStale whether the end of the connection may be told as {@link UpstreamFailure#STALE}
     */
    public UpstreamStream stream(
            Endpoint endpoint, LivePool.State state, boolean mayBeStale, UpstreamListener listener) {
        Http2Request request = http2.place(endpoint, state.config().connections(), state.tls(), listener);
        request.mayBeStale(mayBeStale);
        return request;
    }

    private void connect(Http2Connection connection) {
        connect(
                connection.endpoint(),
                connection.connectTimeoutMillis(),
                connection.pipeline(),
                connection::connected,
                connection::connectFailed);
    }

    /** Connects. */
    void open(PooledConnection connection) {
        connect(
                connection.endpoint(),
                connection.connectTimeoutMillis(),
                connection.pipeline(),
                connection::connected,
                connection::connectFailed);
    }

    /** What comes of it is told later, never before this returns. */
    private void connect(
            Endpoint to, int timeoutMillis, ChannelHandler handler, Runnable connected, Consumer<Throwable> failed) {
        ChannelFuture connecting;
        try {
            connecting = loops.connect(loop, to.address(), timeoutMillis, opened -> {
                opened.config().setOption(ChannelOption.RECVBUF_ALLOCATOR, LentReads.reads());
                opened.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
                // A failed write must not close the connection before the answer that the endpoint sent first has been
                // read.
                opened.config().setOption(ChannelOption.AUTO_CLOSE, false);
                opened.pipeline().addLast(handler);
            });
        } catch (ChannelException e) {
            loop.execute(() -> failed.accept(e));
            return;
        }
        ChannelFutureListener told = done -> {
            if (done.isSuccess()) {
                connected.run();
            } else {
                var _ = done.channel().close();
                failed.accept(done.cause());
            }
        };
        if (connecting.isDone()) {
            loop.execute(() -> connecting.addListener(told));
        } else {
            connecting.addListener(told);
        }
    }

    /** Idle connections to all endpoints. */
    public int idleCount() {
        return idle.values().stream().mapToInt(Deque::size).sum();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /** Heads to read into, until they have been passed on. */
    Spares<ResponseHead> heads() {
        return heads;
    }

    /** Keeps a connection that has fallen idle, unless its endpoint has left its pool. */
    void keep(PooledConnection connection) {
        OwnConnections own = connection.own();
        if (own != null) {
            own.keep(connection);
            return;
        }
        Endpoint endpoint = connection.endpoint();
        if (endpoint.gone()) {
            connection.close();
            return;
        }
        Deque<PooledConnection> kept = idle.get(endpoint);
        if (kept == null) {
            kept = new ArrayDeque<>();
            idle.put(endpoint, kept);
            endpoint.onGone(() -> leaving(endpoint));
        }
        kept.addFirst(connection);
        if (kept.size() > connection.maxIdle(loops.size())) {
            kept.getLast().close();
        }
    }

    /** On whatever thread. */
    private void leaving(Endpoint endpoint) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> gone(endpoint));
        }
    }

    private void gone(Endpoint endpoint) {
        Deque<PooledConnection> kept = idle.remove(endpoint);
        if (kept != null) {
            kept.forEach(PooledConnection::close);
        }
    }

    void forget(PooledConnection connection) {
        if (connection.own() != null) {
            connection.own().forget(connection);
            return;
        }
        Deque<PooledConnection> kept = idle.get(connection.endpoint());
        if (kept != null) {
            kept.remove(connection);
        }
    }
}
