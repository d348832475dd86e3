package dev.steelyard.dataplane.http1;

import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The head of a response as the client gets it: always HTTP/1.1 (RFC 9110 section 6.2), fields about the endpoint's connection left out, the
 * body's framing as it will be sent.
 */
final class RelayedResponse {

    private static final byte[] CHUNKED = ascii("Transfer-Encoding: chunked\r\n");
    private static final byte[] UPGRADE = ascii("Connection: upgrade\r\nUpgrade: ");
    private static final int FIXED_BYTES = 128 + Persistence.BYTES;

    private RelayedResponse() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The framing in which a client gets a response's body. A body that ends with the endpoint's connection becomes chunked, so that the
     * client can tell its end from a failure; HTTP/1.0 clients know no chunks, and get until-close for both.
     */
    static Framing framing(ResponseHead head, int clientMinorVersion) {
        return switch (head.framing()) {
            case NONE -> Framing.NONE;
            case LENGTH -> Framing.LENGTH;
            case CHUNKED, UNTIL_CLOSE -> clientMinorVersion > 0 ? Framing.CHUNKED : Framing.UNTIL_CLOSE;
        };
    }

    /** Writes an interim response (RFC 9110 section 15.2). */
    static void writeInterim(ResponseHead head, Outbound client) {
        ByteBuf out = begin(head, client);
        out.writeByte('\r').writeByte('\n');
    }

    /** Writes all of a final response's head but what is said of the connection, and the line that ends it. */
    static ByteBuf write(ResponseHead head, Framing framing, Outbound client) {
        ByteBuf out = begin(head, client);
        if (framing == Framing.CHUNKED) {
            out.writeBytes(CHUNKED);
        }
        return out;
    }

    /** Writes a 101, whose connection goes on in another protocol. */
    static void writeUpgrade(ResponseHead head, Outbound client) {
        int upgrade = head.upgradeField();
        ByteBuf out = begin(head, client);
        out.writeBytes(UPGRADE);
        head.writeValue(upgrade, out);
        out.writeByte('\r').writeByte('\n').writeByte('\r').writeByte('\n');
    }

    private static ByteBuf begin(ResponseHead head, Outbound client) {
        head.dropWhatIsNotRelayed();
        ByteBuf out = client.room(2 * head.length() + FIXED_BYTES);
        head.writeStatusLine(out);
        head.writeFields(out);
        return out;
    }
}
