package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.fields.HeadFields;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http2.frame.FieldWriter;
import dev.steelyard.dataplane.http2.frame.FrameWriter;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The head of a request as an HTTP/2 endpoint gets it: what {@link ForwardedRequest} is for HTTP/1.1. */
final class Http2RequestHead {

    private static final byte[] TE = "te".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TRAILERS = "trailers".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROTOCOL = ":protocol".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = 256;

    private Http2RequestHead() {}

    /**
     * Writes the head; may be called again for another endpoint.
     *
     * @param tunnel whether it asks for a WebSocket: by extended CONNECT (RFC 8441 section 4)
     */
    static void write(
            Http2Connection connection,
            Http2Request stream,
            RequestHead head,
            ForwardingFields client,
            boolean trusted,
            boolean tunnel) {
        head.dropHopByHop();
        client.drop(head, trusted);
        if (tunnel) {
            WebSocketHandshake.dropKey(head);
        }
        int host = head.sentHostField();
        if (host >= 0) {
            head.drop(host);
        }
        ByteBuf scratch = connection.scratch();
        head.writeTarget(scratch);
        int targetEnd = scratch.writerIndex();
        if (host >= 0) {
            head.writeValue(host, scratch);
        } else if (head.namesHost()) {
            head.writeHost(scratch);
        } else {
            scratch.writeBytes(client.localAuthority());
        }
        int hostEnd = scratch.writerIndex();
        client.write(head, trusted, scratch);
        int end = scratch.writerIndex();
        byte[] octets = new byte[end];
        scratch.readBytes(octets);
        scratch.clear();
        ByteBuf out = connection.beginHeaders(2 * end + HeadFields.bytes(head) + FIXED_BYTES);
        int at = FrameWriter.headersBegin(out);
        FieldWriter writer = connection.fieldWriter();
        writer.begin(out);
        writer.method(tunnel ? "CONNECT" : head.method(), out);
        if (tunnel) {
            byte[] protocol = WebSocketHandshake.PROTOCOL;
            writer.field(PROTOCOL, 0, PROTOCOL.length, protocol, 0, protocol.length, out);
        }
        writer.scheme(connection.secure(), out);
        writer.field(FieldWriter.AUTHORITY, octets, targetEnd, hostEnd, out);
        writer.field(FieldWriter.PATH, octets, 0, targetEnd, out);
        if (!head.expectContinue()) {
            dropExpect(head);
        }
        HeadFields.write(head, writer, out);
        lines(octets, hostEnd, end, writer, out);
        if (head.trailers()) {
            writer.field(TE, 0, TE.length, TRAILERS, 0, TRAILERS.length, out);
        }
        connection.endHeaders(stream, out, at, !tunnel && head.framing() == Framing.NONE);
    }

    /** RFC 9110 section 10.1.1: 100 cannot be sent to an HTTP/1.0 client. */
    private static void dropExpect(RequestHead head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.EXPECT) {
                head.drop(i);
            }
        }
    }

    /** Lines of our own, {@code name ": " value CR LF}, as fields. */
    private static void lines(byte[] octets, int from, int to, FieldWriter writer, ByteBuf out) {
        int at = from;
        while (at < to) {
            int colon = at;
            while (octets[colon] != ':') {
                colon++;
            }
            int end = colon + 2;
            while (octets[end] != '\r') {
                end++;
            }
            writer.field(octets, at, colon, octets, colon + 2, end, out);
            at = end + 2;
        }
    }
}
