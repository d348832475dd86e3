package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.metrics.Meters;
import io.netty.channel.Channel;

/** Lets tests elsewhere put what ends TLS into a pipeline. */
public final class TlsPipeline {

    private static final TlsEngine ENGINE = new TlsEngine((channel, listener) -> {}, new Meters().listener("fuzz"));

    private TlsPipeline() {}

    /** To be called on the channel's event loop. */
    public static void begin(Channel channel, ListenerState listener) {
        ENGINE.initialise(channel, listener);
    }
}
