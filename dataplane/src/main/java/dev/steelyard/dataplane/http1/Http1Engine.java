package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.exchange.EngineLoop;
import dev.steelyard.dataplane.listener.ListenerState;
import io.netty.channel.Channel;

/** Serves HTTP/1.1 on client connections (RFC 9110, 9112). */
public final class Http1Engine {

    /** Of the handler that speaks with the client; as long as nothing has been read it may be taken out of the pipeline. */
    public static final String NAME = "http1";

    private Http1Engine() {}

    /**
     * Takes over a client connection on its event loop: everything that comes before HTTP is in its pipeline.
     *
     * @param listener whose plan is a {@link dev.steelyard.dataplane.edition.ListenerPlan.Http}
     */
    public static void initialise(Channel channel, EngineLoop loop, ListenerState listener) {
        channel.pipeline().addLast(NAME, new ClientHandler(loop, listener));
    }
}
