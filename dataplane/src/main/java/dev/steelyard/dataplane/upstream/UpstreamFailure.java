package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.metrics.ResponseFlag;

/** How a request to an endpoint failed, and what that says about sending it again. */
public enum UpstreamFailure {
    /** No connection came about: the request was not sent, and can go to another endpoint. */
    CONNECT(ResponseFlag.CONNECT_FAILED),
    /** The same, because all of this node's ports towards the endpoint are in use. */
    NO_SOURCE_PORT(ResponseFlag.NO_SOURCE_PORT),
    /** No TLS came about: the request was not sent, and can go to another endpoint. */
    TLS(ResponseFlag.UPSTREAM_TLS_FAILED),
    /**
     * A connection that had been used before ended without a byte of the response: the endpoint most likely closed it while idle. The request
     * can be sent again if it is idempotent (RFC 9112 section 9.3.1).
     */
    STALE(ResponseFlag.UPSTREAM_RESET),
    /** The endpoint says that it has not looked at the request (RFC 9113 section 8.7), which can be sent again whatever it asks for. */
    REFUSED(ResponseFlag.UPSTREAM_RESET),
    /** The endpoint closed or reset the connection before the response was complete. */
    RESET(ResponseFlag.UPSTREAM_RESET),
    /** The endpoint needs to know the length of the request's body before it comes: nothing was sent. */
    LENGTH_REQUIRED(ResponseFlag.LENGTH_REQUIRED),
    /** The endpoint takes no WebSocket over HTTP/2 (RFC 8441): nothing was sent. */
    NO_WEBSOCKET(ResponseFlag.NO_WEBSOCKET),
    /** What the endpoint sent is no response of its protocol. */
    MALFORMED(ResponseFlag.UPSTREAM_PROTOCOL_ERROR);

    private final ResponseFlag flag;

    UpstreamFailure(ResponseFlag flag) {
        this.flag = flag;
    }

    /** What the client is told when the request is not sent again. */
    public ResponseFlag flag() {
        return flag;
    }
}
