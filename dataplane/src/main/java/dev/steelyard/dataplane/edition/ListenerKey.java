package dev.steelyard.dataplane.edition;

import java.util.Comparator;

/**
 * What tells listening sockets apart.
 *
 * @param address IP literal; empty: all addresses of the node
 * @param port 1..65535
 * @param udp whether it is for datagrams: their ports are others than those of connections
 */
public record ListenerKey(String address, int port, boolean udp) {

    /** By port, then address. */
    public static final Comparator<ListenerKey> ORDER = Comparator.comparingInt(ListenerKey::port)
            .thenComparing(ListenerKey::address)
            .thenComparing(ListenerKey::udp);

    /** One for connections. */
    public ListenerKey(String address, int port) {
        this(address, port, false);
    }

    @Override
    public String toString() {
        String host = address.isEmpty() ? "*" : address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        return host + ":" + port + (udp ? "/udp" : "");
    }
}
