package dev.steelyard.dataplane.metrics;

/** Counts what happens on one route of one virtual service with one pool. Called on event loops: cheap, never blocks. */
public interface RouteMeters {

    /** Counts nothing. */
    RouteMeters NONE = new RouteMeters() {
        @Override
        public void finished(int status, long nanos, long bytesReceived, long bytesSent) {}

        @Override
        public void flagged(ResponseFlag flag) {}

        @Override
        public void retried() {}

        @Override
        public void connected(long nanos) {}
    };

    /**
     * An exchange has ended.
     *
     * @param status the status that the client got; 499 if it went away first; 0 for TCP
     * @param nanos from the end of the request's head to the last byte of the response
     * @param bytesReceived from the client, head and body
     * @param bytesSent to the client, head and body
     */
    void finished(int status, long nanos, long bytesReceived, long bytesSent);

    /**
     * Bytes that {@link #finished} will not name, for what lasts long: a TCP relay reports here as it goes, and zeros at its end.
     *
     * @param bytesReceived from the client
     * @param bytesSent to the client
     */
    default void transferred(long bytesReceived, long bytesSent) {}

    /** It ended otherwise than by the endpoint's own answer. */
    void flagged(ResponseFlag flag);

    /** It is tried on another endpoint. */
    void retried();

    /** A TLS handshake with an endpoint failed. */
    default void upstreamHandshakeFailed() {}

    /** A connection to an endpoint was established after {@code nanos}. */
    void connected(long nanos);
}
