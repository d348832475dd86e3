/**
 * The HTTP/2 front side (RFC 9113): client connections, each of their streams a request of its own, and how responses are written to them.
 *
 * <h2>What becomes HTTP/1.1</h2>
 * A request is brought into the form of an HTTP/1.1 head field by field, under the same checks, and its framing is set by its stream alone. So
 * nothing that a client sends can end up as a line, a length or a coding that it was not: names and values that could break a line, fields
 * about a connection, two hosts that differ, and lengths that are not those of the content end the stream with PROTOCOL_ERROR.
 *
 * <h2>WebSocket</h2>
 * Extended CONNECT for {@code websocket} (RFC 8441) becomes an HTTP/1.1 upgrade, its 101 a 200, and the stream carries the new protocol. Plain
 * CONNECT is not served.
 *
 * <h2>Drain</h2>
 * A listener that drains, or a connection that has become old or has carried its share, says GOAWAY twice (RFC 9113 section 6.8): first with
 * the highest number, so that requests under way to us are still served, then, once the client has heard that, with the last one served. It
 * ends when its last stream has.
 */
@NullMarked
package dev.steelyard.dataplane.http2;

import org.jspecify.annotations.NullMarked;
