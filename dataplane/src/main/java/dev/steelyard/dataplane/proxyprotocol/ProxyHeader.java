package dev.steelyard.dataplane.proxyprotocol;

import java.net.InetSocketAddress;

/** What a PROXY protocol header says of a connection. */
public sealed interface ProxyHeader {

    /** The proxy's own connection, such as a health check, or one of whose client it knows no address: the connection's own ends count. */
    record Local() implements ProxyHeader {

        /** The one value. */
        public static final Local INSTANCE = new Local();
    }

    /**
     * A connection on behalf of a client.
     *
     * @param client where it came from
     * @param local what it connected to
     */
    record Proxied(InetSocketAddress client, InetSocketAddress local) implements ProxyHeader {}
}
