package dev.steelyard.dataplane.http2;

import dev.steelyard.dataplane.exchange.ResponseDate;
import dev.steelyard.dataplane.filter.LocalReply;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import dev.steelyard.dataplane.http2.frame.FieldWriter;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import dev.steelyard.dataplane.http2.session.HeadFields;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/** Heads of responses as HEADERS frames (RFC 9113 section 8.3.2). */
final class ResponseHeaders {

    private static final int FIXED_BYTES = 64;
    private static final int ANSWER_BYTES = 512;
    private static final byte[] WEBSOCKET_ACCEPT = ascii("sec-websocket-accept");
    private static final byte[] DATE = ascii("date");
    private static final byte[] CONTENT_TYPE = ascii("content-type");
    private static final byte[] CONTENT_LENGTH = ascii("content-length");
    private static final byte[] GRPC_STATUS = ascii("grpc-status");
    private static final byte[] GRPC_MESSAGE = ascii("grpc-message");
    private static final byte[] GRPC = ascii("application/grpc");

    private ResponseHeaders() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

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
        ByteBuf out = session.beginHeaders(HeadFields.bytes(head) + FIXED_BYTES);
        int at = FrameWriter.headersBegin(out);
        FieldWriter writer = session.fieldWriter();
        writer.begin(out);
        writer.status(status, out);
        HeadFields.write(head, writer, out);
        session.endHeaders(stream, out, at, end);
    }

    /** The head of a response of our own. */
    static void answer(ClientSession session, ClientStream stream, LocalReply reply, Instant now, boolean end) {
        ByteBuf out = session.beginHeaders(bytes(reply));
        int at = FrameWriter.headersBegin(out);
        FieldWriter writer = session.fieldWriter();
        writer.begin(out);
        writer.status(reply.status(), out);
        field(writer, DATE, ResponseDate.of(now), out);
        if (!reply.contentType().isEmpty()) {
            field(writer, CONTENT_TYPE, reply.contentType(), out);
        }
        fields(writer, reply, out);
        if (!reply.bodiless()) {
            field(writer, CONTENT_LENGTH, Integer.toString(reply.body().length), out);
        }
        session.endHeaders(stream, out, at, end);
    }

    /** A response of our own to a gRPC call: nothing but a head. */
    static void grpcAnswer(ClientSession session, ClientStream stream, LocalReply reply, Instant now) {
        ByteBuf out = session.beginHeaders(bytes(reply) + reply.reason().length());
        int at = FrameWriter.headersBegin(out);
        FieldWriter writer = session.fieldWriter();
        writer.begin(out);
        writer.status(200, out);
        field(writer, DATE, ResponseDate.of(now), out);
        writer.field(CONTENT_TYPE, 0, CONTENT_TYPE.length, GRPC, 0, GRPC.length, out);
        fields(writer, reply, out);
        field(writer, GRPC_STATUS, Integer.toString(GrpcStatus.of(reply.status())), out);
        field(writer, GRPC_MESSAGE, reply.reason(), out);
        session.endHeaders(stream, out, at, true);
    }

    private static int bytes(LocalReply reply) {
        int bytes = ANSWER_BYTES + reply.contentType().length();
        for (LocalReply.Field more : reply.fields()) {
            bytes += more.name().length() + more.value().length() + 8;
        }
        return bytes;
    }

    private static void fields(FieldWriter writer, LocalReply reply, ByteBuf out) {
        for (LocalReply.Field more : reply.fields()) {
            field(writer, ascii(more.name().toLowerCase(Locale.ROOT)), more.value(), out);
        }
    }

    private static void field(FieldWriter writer, byte[] name, String value, ByteBuf out) {
        byte[] octets = value.getBytes(StandardCharsets.ISO_8859_1);
        writer.field(name, 0, name.length, octets, 0, octets.length, out);
    }
}
