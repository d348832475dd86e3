package dev.steelyard.dataplane.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why a request or connection ended other than by the endpoint's own answer. Counted in {@code steelyard_requests_flagged_total}. */
public enum ResponseFlag {
    /** No route matched: 404. */
    NO_ROUTE(404, "no route matches this request"),
    /** The host belongs to another certificate than the connection's: 421. */
    MISDIRECTED(421, "this connection's certificate does not cover the host asked for"),
    /** The request broke the protocol: 400, 413, 414, 431, 501, 505. */
    BAD_REQUEST(400, "the request is malformed"),
    /** The route's policy does not let this client in: 403. */
    ACCESS_DENIED(403, "access is denied"),
    /** The path names no program of the FastCGI pool: 404. */
    NO_SCRIPT(404, "nothing is served under this path"),
    /** A FastCGI program has to be told the body's length beforehand, which is unknown and too large to be found out: 411. */
    LENGTH_REQUIRED(411, "the length of the body has to be declared"),
    /** A WebSocket is asked for of an HTTP/2 endpoint that takes none (RFC 8441): 501. */
    NO_WEBSOCKET(501, "no WebSocket can be opened here"),
    /** The client took too long to send its request: 408. */
    CLIENT_TIMEOUT(408, "the request did not arrive in time"),
    /** The pool has no endpoint that takes work: 503. */
    NO_ENDPOINT(503, "no endpoint is available"),
    /** No connection to an endpoint could be made: 503. */
    CONNECT_FAILED(503, "no endpoint could be reached"),
    /** Beside {@link #CONNECT_FAILED}: all of this node's ports towards an endpoint were in use. */
    NO_SOURCE_PORT(503, "no endpoint could be reached"),
    /** No endpoint came to terms about TLS: its certificate is not valid, or it refuses ours: 503. */
    UPSTREAM_TLS_FAILED(503, "no endpoint could be reached"),
    /** The endpoint closed or reset the connection before its response was complete: 502. */
    UPSTREAM_RESET(502, "the endpoint closed the connection before it answered"),
    /** The endpoint's response broke the protocol: 502. */
    UPSTREAM_PROTOCOL_ERROR(502, "the endpoint's response is malformed"),
    /** The endpoint did not begin its response in time: 504. */
    REQUEST_TIMEOUT(504, "the endpoint did not answer in time"),
    /** The endpoint asked last did not begin its response within the bound on each attempt: 504. */
    PER_TRY_TIMEOUT(504, "the endpoint did not answer in time"),
    /** The exchange as a whole took too long. */
    STREAM_TIMEOUT(504, "the exchange took too long"),
    /** Silence for longer than the idle timeout. */
    IDLE_TIMEOUT(504, "the endpoint fell silent"),
    /** The client went away before its response was complete. */
    CLIENT_ABORT(499, "the client closed the connection"),
    /** Beside another: all attempts that the policy allows have failed. */
    RETRY_LIMIT(503, "no endpoint gave a good answer"),
    /** Beside another: it was not tried again because too many requests of the pool were being tried again already. */
    RETRY_BUDGET(503, "no endpoint gave a good answer");

    private final int status;
    private final String reason;
    private final String key = name().toLowerCase(Locale.ROOT);

    ResponseFlag(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    /** A bit of its own: for sets of flags in an int. */
    @SuppressWarnings("EnumOrdinal") // lasts as long as the process
    public int bit() {
        return 1 << ordinal();
    }

    /** Its name for users, in metrics, the access log and header fields: lower case. */
    public String key() {
        return key;
    }

    /** The names of a set of flags, as the access log has them: with commas between them, a hyphen if there are none. */
    public static String names(int bits) {
        return bits == 0
                ? "-"
                : Arrays.stream(values())
                        .filter(flag -> (bits & flag.bit()) != 0)
                        .map(ResponseFlag::key)
                        .collect(Collectors.joining(","));
    }

    /** The status sent, where one still can be sent. */
    public int status() {
        return status;
    }

    /** A sentence for the client; tells nothing of the inside. */
    public String reason() {
        return reason;
    }
}
