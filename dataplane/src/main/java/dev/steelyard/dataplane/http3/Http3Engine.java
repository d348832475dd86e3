package dev.steelyard.dataplane.http3;

import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.listener.ListenerState;
import io.netty.handler.codec.quic.QuicChannel;

/** Serves HTTP/3 on client connections (RFC 9114). */
public final class Http3Engine {

    private Http3Engine() {}

    /**
     * Takes over a client connection on its event loop, when its handshake is done.
     *
     * @param listener whose plan is a {@link dev.steelyard.dataplane.edition.ListenerPlan.Http}
     */
    public static void initialise(QuicChannel channel, EngineLoop loop, ListenerState listener) {
        channel.pipeline().addLast("http3", new ClientSession(channel, loop, listener));
    }
}
