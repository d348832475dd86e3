package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.listener.ClientConnection;
import dev.steelyard.dataplane.proxyprotocol.ProxyHeader.Proxied;
import dev.steelyard.dataplane.tls.ClientIdentity;
import dev.steelyard.dataplane.upstream.ForwardingFields;
import dev.steelyard.dataplane.upstream.OwnConnections;
import io.netty.channel.Channel;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is on the other side of one client connection. On its event loop. */
public final class ClientOrigin {

    private final Channel channel;
    private @Nullable InetSocketAddress address;
    private @Nullable OwnConnections own;
    private @Nullable ForwardingFields forwarding;
    private @Nullable String addressText;

    /**
     * @param channel connected, its TLS handshake done if it has one
     */
    public ClientOrigin(Channel channel) {
        this.channel = channel;
    }

    /** Who connected: the client that a trusted proxy in front has told of, if there was one. */
    public InetSocketAddress address() {
        if (address == null) {
            address = ClientConnection.client(channel);
        }
        return address;
    }

    private InetSocketAddress local() {
        return ClientConnection.local(channel);
    }

    /** The connections to endpoints that only this client may use, for pools that tell endpoints who it is. They end with the client's. */
    OwnConnections own() {
        if (own == null) {
            own = OwnConnections.of(new Proxied(address(), local()), channel.closeFuture());
        }
        return own;
    }

    /** Where to: address literal, IPv6 in brackets. */
    String localHost() {
        InetAddress local = local().getAddress();
        String literal = local.getHostAddress();
        int zone = literal.indexOf('%');
        String address = zone < 0 ? literal : literal.substring(0, zone);
        return local instanceof Inet6Address ? "[" + address + "]" : address;
    }

    /** The port that it connected to. */
    int localPort() {
        return ClientConnection.localPort(channel);
    }

    /** Its IP address. */
    String addressText() {
        if (addressText == null) {
            addressText = address().getAddress().getHostAddress();
        }
        return addressText;
    }

    /** The name asked for in the TLS handshake; empty if none. */
    public String serverName() {
        String name = channel.attr(ClientConnection.SERVER_NAME).get();
        return name == null ? "" : name;
    }

    /**
     * What endpoints are told of the client.
     *
     * @param secure whether it came by TLS; the same for the connection's life
     * @param protocol that the request came by
     * @param trustedProxies whose word on the client is believed
     */
    ForwardingFields forwarding(boolean secure, String protocol, CidrSet trustedProxies) {
        ForwardingFields known = forwarding;
        if (known == null || !known.isOf(protocol, trustedProxies)) {
            ClientIdentity identity = channel.attr(ClientConnection.IDENTITY).get();
            known = new ForwardingFields(
                    address(),
                    ClientConnection.localPort(channel),
                    this::local,
                    secure,
                    identity == null ? Map.of() : identity.fields(),
                    protocol,
                    trustedProxies);
            forwarding = known;
        }
        return known;
    }
}
