package dev.steelyard.dataplane.health;

import dev.steelyard.snapshot.Pool.ProxyProtocolVersion;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;

/**
 * What probes connect by.
 *
 * @param type the class of connections that the event loops drive
 * @param proxyProtocol header that goes before everything else: it says that the connection is our own
 */
public record ProbeSocket(Class<? extends SocketChannel> type, Optional<ProxyProtocolVersion> proxyProtocol) {

    /** One without a header. */
    public static ProbeSocket plain(Class<? extends SocketChannel> type) {
        return new ProbeSocket(type, Optional.empty());
    }
}
