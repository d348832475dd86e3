/**
 * The HTTP/3 front side (RFC 9114): client connections over QUIC, each of their request streams a request of its own, and how responses are
 * written to them. QUIC itself is in {@link dev.steelyard.dataplane.quic}.
 *
 * <h2>What becomes HTTP/1.1</h2>
 * As with HTTP/2, and by the same code ({@link dev.steelyard.dataplane.fields}): a request is brought into the form of an HTTP/1.1 head field by
 * field, and its framing is set by its stream alone.
 *
 * <h2>What clients cannot do</h2>
 * Fill tables (there are none, see {@link dev.steelyard.dataplane.http3.qpack}), ask for pushes, open tunnels, or send requests before the
 * handshake is done (0-RTT): whoever records such a request can send it again.
 *
 * <h2>Drain</h2>
 * As with HTTP/2: GOAWAY with the highest number, a second later with the first one that is not served; the connection ends once its last
 * stream has.
 */
@NullMarked
package dev.steelyard.dataplane.http3;

import org.jspecify.annotations.NullMarked;
