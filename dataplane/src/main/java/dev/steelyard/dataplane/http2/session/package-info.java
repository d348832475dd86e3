/**
 * What both roles of an HTTP/2 connection have in common (RFC 9113): streams, settings, flow control both ways, and guards against peers that
 * make work for nothing.
 *
 * <h2>Flow control</h2>
 * A stream's window is opened again only as its octets are taken on, so a slow receiver bounds what is held for it. The connection's window is
 * opened again as octets arrive, as long as little is held in all: so a stream that nobody reads does not hold up the others. What is to be
 * sent waits in its stream; streams take turns, a frame each, when the connection's window or the socket is what they wait for.
 *
 * <p>Objects here belong to one connection and are used on its event loop alone.
 */
@NullMarked
package dev.steelyard.dataplane.http2.session;

import org.jspecify.annotations.NullMarked;
