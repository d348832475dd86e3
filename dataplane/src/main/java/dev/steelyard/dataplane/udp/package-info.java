/**
 * Relays datagrams. What comes from one client's address and port, until it has been silent for the idle timeout, is a session: all of it
 * goes to one endpoint through a socket of its own, connected to the endpoint, so that replies and the network's errors belong to it.
 *
 * <p>Each event loop has its own socket for each listener; the kernel deals clients out to them by a hash of both ends' addresses
 * ({@code SO_REUSEPORT}, socket(7)), so a session stays on one loop, and nothing here locks. Datagrams are read one by one: reading many at
 * once ({@code recvmmsg}) would want one size for all, and cut off what is longer.
 */
@NullMarked
package dev.steelyard.dataplane.udp;

import org.jspecify.annotations.NullMarked;
