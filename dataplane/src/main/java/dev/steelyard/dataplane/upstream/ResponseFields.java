package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import io.netty.util.AsciiString;

/** Brings the fields of an HTTP/2 response (RFC 9113 section 8.3.2) into a {@link ResponseHead}. */
final class ResponseFields {

    private static final AsciiString STATUS = AsciiString.cached(":status");
    private static final AsciiString SWITCHING = AsciiString.cached("101");

    private ResponseFields() {}

    /**
     * Fills a head that has begun.
     *
     * @param bodyFollows whether content or trailers follow
     * @return false if the response is malformed as HTTP/2 defines it
     * @throws MalformedMessage if it is malformed as any version of HTTP defines it
     */
    static boolean fill(FieldBlock block, ResponseHead head, boolean bodyFollows) throws MalformedMessage {
        if (block.count() == 0
                || !STATUS.contentEquals(block.name(0))
                || block.value(0).length() != 3) {
            return false;
        }
        head.statusLine(block.value(0));
        for (int i = 1; i < block.count(); i++) {
            // A further pseudo-header field's colon is in no name.
            head.add(block.name(i), block.value(i));
            if (head.field(head.count() - 1).hopByHop()) {
                return false;
            }
        }
        head.end(bodyFollows);
        return true;
    }

    /** Whether what was asked for has been granted: 2xx. */
    static boolean success(FieldBlock block) {
        return block.count() > 0
                && STATUS.contentEquals(block.name(0))
                && block.value(0).length() == 3
                && block.value(0).byteAt(0) == '2';
    }

    /**
     * Fills a head that has begun with what HTTP/1.1 says where HTTP/2 has a {@link #success} of extended CONNECT: 101.
     *
     * @return false if the response is malformed as HTTP/2 defines it
     * @throws MalformedMessage if it is malformed as any version of HTTP defines it
     */
    static boolean fillUpgrade(FieldBlock block, ResponseHead head, WebSocketHandshake handshake)
            throws MalformedMessage {
        head.statusLine(SWITCHING);
        for (int i = 1; i < block.count(); i++) {
            if (!WebSocketHandshake.hides(block.name(i))) {
                head.add(block.name(i), block.value(i));
                if (head.field(head.count() - 1).hopByHop()) {
                    return false;
                }
            }
        }
        handshake.agree(head);
        head.end(false);
        return true;
    }
}
