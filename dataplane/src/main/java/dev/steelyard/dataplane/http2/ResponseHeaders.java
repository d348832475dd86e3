package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.exchange.ResponseDate;
import dev.steelyard.dataplane.fields.ResponseFields;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Heads of responses as HEADERS frames (RFC 9113 section 8.3.2). */
final class ResponseHeaders {

    private static final byte[] WEBSOCKET_ACCEPT = "sec-websocket-accept".getBytes(StandardCharsets.US_ASCII);

    private ResponseHeaders() {}

    /** An interim or final response as the endpoint gave it. */
    static void relay(ClientSession session, ClientStream stream, ResponseHead head, boolean end) {
        write(session, stream, head, head.status(), end);
    }

    /** That the endpoint has changed protocol: 200 (RFC 8441 section 5), without what answers the key that its client never sent. */
    static void tunnel(ClientSession session, ClientStream stream, ResponseHead head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.OTHER && named(head, i, WEBSOCKET_ACCEPT)) {
                head.drop(i);
            }
        }
        write(session, stream, head, 200, false);
    }

    private static boolean named(ResponseHead head, int index, byte[] lowerCase) {
        int from = head.nameStart(index);
        if (head.nameEnd(index) - from != lowerCase.length) {
            return false;
        }
        for (int i = 0; i < lowerCase.length; i++) {
            if ((head.octets()[from + i] | 0x20) != (lowerCase[i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    private static void write(ClientSession session, ClientStream stream, ResponseHead head, int status, boolean end) {
        head.dropWhatIsNotRelayed();
        ByteBuf out = session.beginHeaders(ResponseFields.relayBytes(head));
        int at = FrameWriter.headersBegin(out);
        ResponseFields.relay(head, status, session.fieldWriter(), out);
        session.endHeaders(stream, out, at, end);
    }

    /** The head of a response of our own. */
    static void answer(ClientSession session, ClientStream stream, LocalReply reply, Instant now, boolean end) {
        ByteBuf out = session.beginHeaders(ResponseFields.answerBytes(reply));
        int at = FrameWriter.headersBegin(out);
        ResponseFields.answer(reply, ResponseDate.of(now), session.fieldWriter(), out);
        session.endHeaders(stream, out, at, end);
    }

    /** A response of our own to a gRPC call: nothing but a head. */
    static void grpcAnswer(ClientSession session, ClientStream stream, LocalReply reply, Instant now) {
        ByteBuf out = session.beginHeaders(ResponseFields.answerBytes(reply));
        int at = FrameWriter.headersBegin(out);
        ResponseFields.grpcAnswer(reply, ResponseDate.of(now), session.fieldWriter(), out);
        session.endHeaders(stream, out, at, true);
    }
}
