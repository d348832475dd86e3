package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP/1.1 has of a WebSocket's handshake and HTTP/2 does not (RFC 8441 section 5): a key, and its answer, which is made here in place of an
 * endpoint that never sees the key.
 */
final class WebSocketHandshake {

    static final byte[] PROTOCOL = "websocket".getBytes(StandardCharsets.US_ASCII);

    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString KEY = AsciiString.cached("sec-websocket-key");
    private static final AsciiString ACCEPT = AsciiString.cached("sec-websocket-accept");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_OCTETS = 16;

    private final AsciiString accept;

    private WebSocketHandshake(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            accept = new AsciiString(Base64.getEncoder().encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one that a request asks for; null if it asks for none, or in a way that no server would agree to (RFC 6455 section 4.2.1). */
    static @Nullable WebSocketHandshake of(RequestHead head) {
        int upgrade = head.upgradeField();
        if (upgrade < 0
                || !head.value(upgrade).equalsIgnoreCase("websocket")
                || !head.method().equals("GET")) {
            return null;
        }
        int key = key(head);
        return key >= 0 && isKey(head.value(key)) ? new WebSocketHandshake(head.value(key)) : null;
    }

    /** The endpoint is not to get the key. */
    static void dropKey(RequestHead head) {
        head.drop(key(head));
    }

    /** Index of the only key; -1 if there is none, or more than one. */
    private static int key(RequestHead head) {
        int found = -1;
        for (int i = 0; i < head.count(); i++) {
            if (KEY.contentEqualsIgnoreCase(head.name(i))) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_OCTETS;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a field of the endpoint's response is not for an HTTP/1.1 client: there is no content, and the key is answered here. */
    static boolean hides(AsciiString name) {
        return ACCEPT.contentEquals(name) || CONTENT_LENGTH.contentEquals(name);
    }

    /** Adds what an HTTP/1.1 client wants to see of a server that agrees. */
    void agree(ResponseHead head) throws MalformedMessage {
        head.add(UPGRADE, WEBSOCKET);
        head.add(ACCEPT, accept);
        head.upgradeAgreed();
    }
}
