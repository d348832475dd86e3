package dev.steelyard.dataplane.metrics;

/** Why a client's connection was closed before its protocol began. Counted in {@code steelyard_connections_refused_total}. */
public enum Refusal {
    /** The listener accepts connections from its trusted proxies alone, and it came from elsewhere. */
    UNTRUSTED_PROXY,
    /** It began with no PROXY protocol header, or with one that breaks the protocol. */
    PROXY_HEADER_MALFORMED,
    /** Its PROXY protocol header did not come in time. */
    PROXY_HEADER_TIMEOUT,
    /** On a listener that passes TLS through: it began with no ClientHello, or with one that breaks the protocol or is too long. */
    HELLO_MALFORMED,
    /** The ClientHello did not come in time. */
    HELLO_TIMEOUT,
    /** Nobody has the server name that the client asked for, or it asked for none and nobody takes all. */
    UNKNOWN_SERVER_NAME,
    /** A UDP listener has as many sessions as it may have: the datagram is dropped. */
    TOO_MANY_SESSIONS,
    /** One client address has as many of them as it may have: the datagram is dropped. */
    TOO_MANY_SESSIONS_OF_CLIENT
}
