package dev.steelyard.dataplane.fields;

import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.util.AsciiString;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings the fields of a request (RFC 9113 section 8.3.1, RFC 9114 section 4.3.1, RFC 8441 section 4) into a {@link RequestHead}. One per
 * connection.
 */
public final class RequestFields {

    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");
    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");
    private static final AsciiString WEBSOCKET_KEY = AsciiString.cached("sec-websocket-key");
    private static final int KEY_BYTES = 16;

    private @Nullable AsciiString method;
    private @Nullable AsciiString scheme;
    private @Nullable AsciiString path;
    private @Nullable AsciiString authority;
    private @Nullable AsciiString protocol;
    private final boolean tunnels;
    private boolean tunnel;

    /**
     * @param tunnels whether clients may ask for a WebSocket by CONNECT; else such a request is malformed
     */
    public RequestFields(boolean tunnels) {
        this.tunnels = tunnels;
    }

    /**
     * Fills a head that has begun.
     *
     * @param endStream whether no body follows
     * @param random for the key of a WebSocket
     * @return false if the request is malformed: a stream error (RFC 9113 section 8.1.1, RFC 9114 section 4.1.2)
     * @throws MalformedMessage if it is refused with a status
     */
    public boolean fill(FieldList block, RequestHead head, boolean endStream, RandomGenerator random)
            throws MalformedMessage {
        int first = readPseudoFields(block);
        if (first < 0 || !complete()) {
            return false;
        }
        AsciiString target = path;
        AsciiString asked = method;
        if (target == null || asked == null) {
            return false;
        }
        requireScheme();
        head.requestLine(tunnel ? GET : asked, target);
        try {
            if (authority != null) {
                head.add(HOST, authority);
            }
            if (tunnel) {
                head.add(UPGRADE, WEBSOCKET);
                head.add(WEBSOCKET_KEY, key(random));
                head.upgradeAsked();
            }
            if (!addFields(block, first, head)) {
                return false;
            }
        } catch (MalformedMessage e) {
            if (e.status() == 400) {
                return false;
            }
            throw e;
        }
        head.end(!endStream && !tunnel);
        return true;
    }

    /** Whether the request filled last asks for a tunnel: what follows its head is no body. */
    public boolean tunnel() {
        return tunnel;
    }

    /** Index of the first regular field, or -1 if the pseudo-header fields are malformed. */
    private int readPseudoFields(FieldList block) {
        method = null;
        scheme = null;
        path = null;
        authority = null;
        protocol = null;
        int i = 0;
        for (; i < block.count(); i++) {
            AsciiString name = block.name(i);
            if (name.isEmpty() || name.byteAt(0) != ':') {
                break;
            }
            AsciiString value = block.value(i);
            boolean again;
            switch (name.toString()) {
                case ":method" -> {
                    again = method != null;
                    method = value;
                }
                case ":scheme" -> {
                    again = scheme != null;
                    scheme = value;
                }
                case ":path" -> {
                    again = path != null;
                    path = value;
                }
                case ":authority" -> {
                    again = authority != null;
                    authority = value;
                }
                case ":protocol" -> {
                    again = protocol != null;
                    protocol = value;
                }
                default -> again = true;
            }
            if (again) {
                return -1;
            }
        }
        return i;
    }

    /** RFC 9113 sections 8.3.1 and 8.5: which pseudo-header fields there are, and what a path looks like. */
    private boolean complete() throws MalformedMessage {
        tunnel = false;
        if (method == null || method.isEmpty()) {
            return false;
        }
        if (CONNECT.contentEquals(method)) {
            if (protocol == null) {
                if (scheme != null || path != null || authority == null) {
                    return false;
                }
                throw MalformedMessage.notServed("CONNECT is not served");
            }
            if (authority == null || !tunnels) {
                return false;
            }
            tunnel = true;
        } else if (protocol != null) {
            return false;
        }
        if (scheme == null || path == null || path.isEmpty() || (authority != null && authority.isEmpty())) {
            return false;
        }
        boolean whole = path.length() == 1 && path.byteAt(0) == '*' && OPTIONS.contentEquals(method);
        if (path.byteAt(0) != '/' && !whole) {
            return false;
        }
        if (tunnel && !WEBSOCKET.contentEqualsIgnoreCase(protocol)) {
            throw MalformedMessage.notServed("no such protocol is served by CONNECT");
        }
        return true;
    }

    private void requireScheme() throws MalformedMessage {
        if (!HTTP.contentEqualsIgnoreCase(scheme) && !HTTPS.contentEqualsIgnoreCase(scheme)) {
            throw MalformedMessage.bad("only http and https are served");
        }
    }

    private boolean addFields(FieldList block, int first, RequestHead head) throws MalformedMessage {
        int crumbs = 0;
        for (int i = first; i < block.count(); i++) {
            AsciiString name = block.name(i);
            AsciiString value = block.value(i);
            if (COOKIE.contentEquals(name)) {
                crumbs++;
                continue;
            }
            if (HOST.contentEquals(name) && authority != null) {
                if (!authority.contentEqualsIgnoreCase(value)) {
                    return false;
                }
                continue;
            }
            head.add(name, value);
            KnownField field = head.field(head.count() - 1);
            if (field.hopByHop() && !(field == KnownField.TE && TRAILERS.contentEqualsIgnoreCase(value))) {
                return false;
            }
            if (tunnel && WEBSOCKET_KEY.contentEquals(name)) {
                head.drop(head.count() - 1);
            }
        }
        if (crumbs > 0) {
            head.add(COOKIE, cookies(block, first, crumbs));
        }
        return true;
    }

    /** RFC 9113 section 8.2.3: what was split for the sake of compression is one field elsewhere. */
    private static AsciiString cookies(FieldList block, int first, int crumbs) {
        int length = -2;
        AsciiString single = AsciiString.EMPTY_STRING;
        for (int i = first; i < block.count(); i++) {
            if (COOKIE.contentEquals(block.name(i))) {
                single = block.value(i);
                length += single.length() + 2;
            }
        }
        if (crumbs == 1) {
            return single;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (int i = first; i < block.count(); i++) {
            if (COOKIE.contentEquals(block.name(i))) {
                if (at > 0) {
                    joined[at++] = ';';
                    joined[at++] = ' ';
                }
                AsciiString crumb = block.value(i);
                System.arraycopy(crumb.array(), crumb.arrayOffset(), joined, at, crumb.length());
                at += crumb.length();
            }
        }
        return new AsciiString(joined, false);
    }

    /** RFC 6455 section 4.1: HTTP/1.1 wants a key, which RFC 8441 does without. */
    private static AsciiString key(RandomGenerator random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new AsciiString(Base64.getEncoder().encodeToString(key));
    }
}
