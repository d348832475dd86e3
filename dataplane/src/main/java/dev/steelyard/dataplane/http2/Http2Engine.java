package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.listener.ListenerState;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** Serves HTTP/2 on client connections (RFC 9113). */
public final class Http2Engine {

    private Http2Engine() {}

    /** Takes over a client connection on its event loop: everything that comes before HTTP is in its pipeline. */
    public static void initialise(Channel channel, EngineLoop loop, ListenerState listener) {
        channel.pipeline().addLast("http2", handler(loop, listener));
    }

    /**
     * What speaks with one client.
     *
     * @param listener whose plan is a {@link dev.steelyard.dataplane.edition.ListenerPlan.Http}
     */
    public static ChannelHandler handler(EngineLoop loop, ListenerState listener) {
        return new ClientSession(loop, listener);
    }
}
