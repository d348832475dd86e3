package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The head of a request as an endpoint gets it: the target in origin form with its path normalised, fields about the client's connection left
 * out (RFC 9110 section 7.6.1), the body's framing as it will be sent, and {@link ForwardingFields}.
 */
final class ForwardedRequest {

    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] TRAILERS = ascii("TE: trailers\r\nConnection: TE\r\n");
    private static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");
    private static final byte[] HOST = ascii("Host: ");
    private static final int FIXED_BYTES = 256;

    private ForwardedRequest() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes the head; may be called again for another endpoint. */
    static void write(RequestHead head, ForwardingFields client, boolean trusted, Outbound upstream) {
        int upgrade = head.upgradeField();
        head.dropHopByHop();
        client.drop(head, trusted);
        if (!head.expectContinue()) {
            dropExpect(head);
        }
        ByteBuf out = upstream.room(3 * head.length() + client.bytes() + FIXED_BYTES);
        out.writeCharSequence(head.method(), StandardCharsets.US_ASCII);
        out.writeByte(' ');
        head.writeTarget(out);
        out.writeBytes(VERSION);
        if (head.sentHostField() < 0) {
            out.writeBytes(HOST);
            if (head.namesHost()) {
                head.writeHost(out);
            } else {
                out.writeBytes(client.localAuthority());
            }
            out.writeByte('\r').writeByte('\n');
        }
        head.writeFields(out);
        client.write(head, trusted, out);
        if (head.framing() == Framing.CHUNKED) {
            out.writeBytes(CHUNKED);
        }
        if (upgrade >= 0) {
            out.writeBytes(UPGRADE);
            head.writeValue(upgrade, out);
            out.writeByte('\r').writeByte('\n');
        } else if (head.trailers()) {
            out.writeBytes(TRAILERS);
        }
        out.writeByte('\r').writeByte('\n');
    }

    /** RFC 9110 section 10.1.1: 100 cannot be sent to an HTTP/1.0 client, and must not be asked for without a body. */
    private static void dropExpect(RequestHead head) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.EXPECT) {
                head.drop(i);
            }
        }
    }
}
