package dev.steelyard.snapshot;

/**
 * Bounds on the size of requests, in bytes. The largest value means no bound.
 *
 * @param headerBytes of all header fields; more is answered 431
 * @param uriBytes of the request target; more is answered 414
 * @param bodyBytes of the body, without its framing; more is answered 413
 */
public record RequestLimits(int headerBytes, int uriBytes, long bodyBytes) {

    /** No bounds but the listener's. */
    public static final RequestLimits NONE = new RequestLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
}
