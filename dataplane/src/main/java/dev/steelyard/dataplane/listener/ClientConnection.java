package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.tls.ClientIdentity;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Objects;

/** What is known of a client connection before its protocol begins. On its event loop. */
public final class ClientConnection {

    /** The server name that the client asked for in its TLS handshake, lower case; empty if none. Set on TLS connections alone. */
    public static final AttributeKey<String> SERVER_NAME = AttributeKey.valueOf("steelyard.serverName");

    /** Who the client has shown to be. Set where it was asked for a certificate alone. */
    public static final AttributeKey<ClientIdentity> IDENTITY = AttributeKey.valueOf("steelyard.identity");

    /** What a trusted proxy's PROXY protocol header says of the connection; set where there was one. */
    static final AttributeKey<Proxied> PROXIED = AttributeKey.valueOf("steelyard.proxied");

    private ClientConnection() {}

    /** The two ends of a client's connection: as a trusted proxy in front has told them, else those of the socket, over QUIC those of now. */
    public static Proxied ends(Channel channel) {
        if (channel instanceof QuicChannel quic) {
            return new Proxied(
                    (InetSocketAddress) Objects.requireNonNull(quic.remoteSocketAddress()),
                    (InetSocketAddress) Objects.requireNonNull(quic.localSocketAddress()));
        }
        Proxied told = channel.attr(PROXIED).get();
        return told == null
                ? new Proxied((InetSocketAddress) channel.remoteAddress(), (InetSocketAddress) channel.localAddress())
                : told;
    }
}
