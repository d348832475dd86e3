/**
 * Connections of clients over QUIC (RFC 9000): the UDP sockets of a listener, which event loop has which connection, how many there may be, and
 * what becomes of them as the listener or the process ends. The protocol itself is quiche's, by Netty.
 *
 * <h2>Which socket, which loop</h2>
 * Each loop has a socket on the port, and the kernel deals clients out by their address. A client whose address changes may so come to another
 * loop; the first octet of the connection's number, which we choose, says where it belongs. On a listener for all addresses each address that
 * clients come to gets sockets of its own, since what is sent has to come from there.
 *
 * <h2>Whom it answers</h2>
 * Until a client has shown that it is where it says, it is sent three times of what it has sent, no more (RFC 9000 section 8.1). While many
 * handshakes are under way, it has to show that first (Retry), before anything is kept of it.
 *
 * <h2>The next process</h2>
 * As with other datagrams: before another process binds the port, each connection gets a socket that is connected to its client, which the
 * kernel prefers. So it goes on here to its end, unless its client's address changes: the other process knows nothing of it.
 */
@NullMarked
package dev.steelyard.dataplane.quic;

import org.jspecify.annotations.NullMarked;
