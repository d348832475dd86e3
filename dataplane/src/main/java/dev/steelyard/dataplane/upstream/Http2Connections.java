package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.pool.Endpoint;
import dev.steelyard.dataplane.tls.ClientTls;
import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.snapshot.Pool.Connections;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop to all endpoints. Requests fill the first connection that has room before they get to the next: so
 * as few as are needed are open.
 */
final class Http2Connections {

    private final EventLoop loop;
    private final Deadlines deadlines;
    private final Connector connector;
    private final int loops;
    private final Map<Endpoint, List<Http2Connection>> open = new HashMap<>();

    Http2Connections(EventLoop loop, Connector connector, Deadlines deadlines, int loops) {
        this.loop = loop;
        this.connector = connector;
        this.deadlines = deadlines;
        this.loops = loops;
    }

    /** Makes sockets. */
    interface Connector {
        void connect(Http2Connection connection);
    }

    /** A place for a request on a connection that is there, is being made, or is still to be opened. */
    Http2Request place(
            Endpoint endpoint, Connections settings, @Nullable ClientTls encryption, UpstreamListener listener) {
        List<Http2Connection> known = open.get(endpoint);
        if (known == null) {
            known = new ArrayList<>(1);
            open.put(endpoint, known);
            endpoint.onGone(() -> leaving(endpoint));
        }
        for (int i = 0; i < known.size(); i++) {
            Http2Connection each = known.get(i);
            if (each.takesRequest()) {
                if (each.madeUnder(settings, encryption)) {
                    return each.place(listener);
                }
                each.retire();
                i = -1;
            }
        }
        Http2Connection made = new Http2Connection(this, endpoint, settings, encryption);
        known.add(made);
        return made.place(listener);
    }

    Deadlines deadlines() {
        return deadlines;
    }

    void connect(Http2Connection connection) {
        connector.connect(connection);
    }

    /** Whether as many other connections to the same endpoint are idle as are to be kept. */
    boolean hasEnoughIdle(Http2Connection fallenIdle) {
        int idle = 0;
        for (Http2Connection each : open.getOrDefault(fallenIdle.endpoint(), List.of())) {
            idle += each.isIdle() && each != fallenIdle ? 1 : 0;
        }
        return idle >= Math.ceilDiv(fallenIdle.maxIdle(), loops);
    }

    void forget(Http2Connection connection) {
        List<Http2Connection> known = open.get(connection.endpoint());
        if (known != null) {
            known.remove(connection);
        }
    }

    /** On whatever thread. */
    private void leaving(Endpoint endpoint) {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> gone(endpoint));
        }
    }

    private void gone(Endpoint endpoint) {
        List<Http2Connection> known = open.remove(endpoint);
        if (known != null) {
            List.copyOf(known).forEach(Http2Connection::retire);
        }
    }
}
