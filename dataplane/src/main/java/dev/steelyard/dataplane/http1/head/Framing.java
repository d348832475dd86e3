package dev.steelyard.dataplane.http1.head;

/** How the end of a message's body is known (RFC 9112 section 6.3). */
public enum Framing {
    /** There is no body. */
    NONE,
    /** {@code Content-Length} octets. */
    LENGTH,
    /** {@code Transfer-Encoding: chunked}. */
    CHUNKED,
    /** All that comes until the sender closes: responses alone. */
    UNTIL_CLOSE
}
