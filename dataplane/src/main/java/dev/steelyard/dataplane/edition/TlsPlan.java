package dev.steelyard.dataplane.edition;

import io.netty.handler.ssl.SslContext;

/** The certificates of one HTTPS listener. Safe for all threads. */
public interface TlsPlan {

    /**
     * The context for a client that asks for {@code serverName}. Its count stays with this plan: make the engine in the same task of the
     * event loop that read the plan, see {@link #release}.
     *
     * @param serverName lower case; empty if the client sent none
     */
    SslContext contextFor(String serverName);

    /**
     * Whether a request for {@code host} may be answered on a connection whose handshake asked for {@code serverName}: both have the same
     * TLS settings. If not, 421 (RFC 9110 section 15.5.20).
     */
    boolean covers(String serverName, String host);

    /** Keeps the contexts, which may live outside the heap, until {@link #release}. Called by a listener that begins to use this plan. */
    default void retain() {}

    /** Called by a listener once no event loop can be between reading this plan and using it. */
    default void release() {}
}
