package dev.steelyard.dataplane.http3.frame;

/**
 * A breach of HTTP/3 after which the connection cannot go on (RFC 9114 section 8). Carries no stack trace: it is the peer's fault, and may be
 * sent a million times.
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

    /** A frame or its place on a stream is wrong. */
    public static Violation unexpected(String reason) {
        return new Violation(ErrorCode.FRAME_UNEXPECTED, reason);
    }

    /** What the peer is told. */
    public ErrorCode code() {
        return code;
    }

    /** What is told beside the code. */
    public String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
