package dev.steelyard.dataplane.listener;

import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.tls.ClientIdentity;
import dev.steelyard.dataplane.transport.AcceptedChannel;
import io.netty.channel.Channel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
        Proxied told = told(channel);
        return told == null ? new Proxied(client(channel), local(channel)) : told;
    }

    /** Who has connected, see {@link #ends}. */
    public static InetSocketAddress client(Channel channel) {
        Proxied told = told(channel);
        if (told != null) {
            return told.client();
        }
        return channel instanceof QuicChannel quic
                ? (InetSocketAddress) Objects.requireNonNull(quic.remoteSocketAddress())
                : (InetSocketAddress) channel.remoteAddress();
    }

    /** Where to, see {@link #ends}. To know it may take a system call. */
    public static InetSocketAddress local(Channel channel) {
        Proxied told = told(channel);
        if (told != null) {
            return told.local();
        }
        return channel instanceof QuicChannel quic
                ? (InetSocketAddress) Objects.requireNonNull(quic.localSocketAddress())
                : (InetSocketAddress) channel.localAddress();
    }

    /** The port of {@link #local}, mostly without a system call. */
    public static int localPort(Channel channel) {
        return channel instanceof AcceptedChannel accepted && told(channel) == null
                ? accepted.localPort()
                : local(channel).getPort();
    }

    private static @Nullable Proxied told(Channel channel) {
        // Asking for an attribute makes it.
        return channel.hasAttr(PROXIED) ? channel.attr(PROXIED).get() : null;
    }
}
