package dev.steelyard.snapshot;

import java.time.Duration;

/**
 * Bounds on what clients of a listener can take. A zero count or duration means no limit.
 *
 * @param maxConnections open client connections of this listener on one node
 * @param maxConnectionAge after this a connection is closed with the next response
 * @param headerTimeout from the first byte of a request (or the end of the TLS handshake) to the end of its head
 * @param keepAliveTimeout how long a connection may idle between requests
 * @param maxHeaderBytes request line and header fields together; a larger head is answered 431
 * @param maxRequests requests on one connection
 */
public record ListenerLimits(
        int maxConnections,
        Duration maxConnectionAge,
        Duration headerTimeout,
        Duration keepAliveTimeout,
        int maxHeaderBytes,
        int maxRequests) {

    /** The defaults of the API. */
    public static final ListenerLimits DEFAULT =
            new ListenerLimits(0, Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(60), 32_768, 0);
}
