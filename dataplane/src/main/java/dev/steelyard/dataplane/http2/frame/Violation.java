package dev.steelyard.dataplane.http2.frame;

/**
 * A breach of HTTP/2 after which the connection cannot go on (RFC 9113 section 5.4.1). Carries no stack trace: it is the peer's fault, and may
 * be sent a million times.
 */
public final class Violation extends Exception {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    private Violation(ErrorCode code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    /** With the code that the peer is told, and a sentence that holds nothing of what it sent. */
    public static Violation of(ErrorCode code, String reason) {
        return new Violation(code, reason);
    }

    /** The peer breaks the rules of the protocol. */
    public static Violation protocol(String reason) {
        return new Violation(ErrorCode.PROTOCOL_ERROR, reason);
    }

    /** The peer keeps to the letter of the protocol and makes work for nothing. */
    public static Violation flood(String reason) {
        return new Violation(ErrorCode.ENHANCE_YOUR_CALM, reason);
    }

    /** What the peer is told. */
    public ErrorCode code() {
        return code;
    }
}
