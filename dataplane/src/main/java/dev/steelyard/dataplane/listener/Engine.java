package dev.steelyard.dataplane.listener;

import io.netty.channel.Channel;

/** Speaks a protocol with the clients of listeners. */
@FunctionalInterface
public interface Engine {

    /**
     * Adds the handlers of the protocol to a client connection, which is open and can be written to. Called on the channel's loop: for
     * clear text while the channel is being registered, so that {@code channelActive} follows; after a TLS handshake or a PROXY protocol
     * header when that has passed.
     *
     * @param listener the listening socket's state; its plan keeps its kind (HTTP or TCP, TLS or not) for as long as the connection lasts
     */
    void initialise(Channel channel, ListenerState listener);
}
