package dev.steelyard.dataplane.exchange;

import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.snapshot.RequestLimits;
import org.jspecify.annotations.Nullable;

/** What of a request is larger than its route allows. */
enum Oversize {
    /** RFC 6585 section 5. */
    FIELDS(431, "the header fields are too large"),
    /** RFC 9110 section 15.5.15. */
    TARGET(414, "the request target is too long"),
    /** RFC 9110 section 15.5.14. */
    BODY(413, "the body is too large");

    private static final int LINE_REST = "  HTTP/1.1\r\n".length();
    private static final int LAST_LINE = 2;

    private final int status;
    private final String reason;

    Oversize(int status, String reason) {
        this.status = status;
        this.reason = reason;
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }

    /** What its head shows; null if nothing. A body of unknown length shows as it comes. */
    static @Nullable Oversize of(RequestHead head, RequestLimits limits) {
        int target = head.target().to() - head.target().from();
        if (target > limits.uriBytes()) {
            return TARGET;
        }
        int fields = head.length() - head.method().length() - target - LINE_REST - LAST_LINE;
        if (fields > limits.headerBytes()) {
            return FIELDS;
        }
        return head.contentLength() > limits.bodyBytes() ? BODY : null;
    }
}
