package dev.steelyard.dataplane.http2.session;

/** How a stream has come to an end before its time. */
public enum AbruptEnd {
    /** The peer has reset it. */
    RESET,
    /** It was reset for what the peer did on it. */
    VIOLATED,
    /** The peer has said, by GOAWAY, that it has not looked at it. */
    UNPROCESSED,
    /** Its connection has ended. */
    CONNECTION_GONE
}
