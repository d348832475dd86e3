package dev.steelyard.dataplane.http2.frame;

import dev.steelyard.dataplane.fields.FieldSink;
import dev.steelyard.dataplane.fields.PrefixedInteger;
import dev.steelyard.dataplane.fields.StaticNames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes header blocks (RFC 7541) by the static table alone: no state, so that blocks can be written in any order and thrown away, nothing for
 * another to learn from what was sent before (RFC 7541 section 7.1), and less work than tables and Huffman codes make. The dynamic table is
 * given up in the first block of a connection.
 */
public final class FieldWriter implements FieldSink {

    private static final byte NO_TABLE = 0x20;
    private static final int LITERAL_PREFIX = 4;
    private static final int LENGTH_PREFIX = 7;

    private static final String[] STATIC_NAMES = {
        ":authority",
        ":method",
        ":method",
        ":path",
        ":path",
        ":scheme",
        ":scheme",
        ":status",
        ":status",
        ":status",
        ":status",
        ":status",
        ":status",
        ":status",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "accept-ranges",
        "accept",
        "access-control-allow-origin",
        "age",
        "allow",
        "authorization",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-location",
        "content-range",
        "content-type",
        "cookie",
        "date",
        "etag",
        "expect",
        "expires",
        "from",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "last-modified",
        "link",
        "location",
        "max-forwards",
        "proxy-authenticate",
        "proxy-authorization",
        "range",
        "referer",
        "refresh",
        "retry-after",
        "server",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "user-agent",
        "vary",
        "via",
        "www-authenticate"
    };
    private static final int[] STATUSES = {200, 204, 206, 304, 400, 404, 500};
    private static final int FIRST_STATUS = 8;
    private static final StaticNames NAMES = new StaticNames(List.of(STATIC_NAMES), 1);

    /** Names of the static table that are given by their index. */
    public static final int AUTHORITY = 1;

    public static final int PATH = 4;
    private static final int METHOD = 2;
    private static final int STATUS = 8;
    private static final int METHOD_GET = 2;
    private static final int METHOD_POST = 3;
    private static final int AUTHORIZATION = 23;
    private static final int COOKIE = 32;
    private static final int PROXY_AUTHORIZATION = 49;
    private static final int SET_COOKIE = 55;
    private static final int NEVER_INDEXED = 0x10;
    private static final int SCHEME_HTTP = 6;
    private static final int SCHEME_HTTPS = 7;

    private boolean tableGivenUp;

    @Override
    public void begin(ByteBuf out) {
        if (!tableGivenUp) {
            tableGivenUp = true;
            out.writeByte(NO_TABLE);
        }
    }

    @Override
    public void status(int status, ByteBuf out) {
        for (int i = 0; i < STATUSES.length; i++) {
            if (STATUSES[i] == status) {
                out.writeByte(0x80 | (FIRST_STATUS + i));
                return;
            }
        }
        out.writeByte(STATUS)
                .writeByte(3)
                .writeByte('0' + status / 100)
                .writeByte('0' + status / 10 % 10)
                .writeByte('0' + status % 10);
    }

    /** Writes {@code :method}. */
    public void method(String method, ByteBuf out) {
        if (method.equals("GET")) {
            out.writeByte(0x80 | METHOD_GET);
        } else if (method.equals("POST")) {
            out.writeByte(0x80 | METHOD_POST);
        } else {
            out.writeByte(METHOD);
            PrefixedInteger.write(method.length(), LENGTH_PREFIX, 0, out);
            out.writeCharSequence(method, StandardCharsets.US_ASCII);
        }
    }

    /** Writes {@code :scheme}. */
    public void scheme(boolean secure, ByteBuf out) {
        out.writeByte(0x80 | (secure ? SCHEME_HTTPS : SCHEME_HTTP));
    }

    /** Writes a field of the static table. */
    public void field(int staticName, byte[] value, int from, int to, ByteBuf out) {
        PrefixedInteger.write(staticName, LITERAL_PREFIX, 0, out);
        value(value, from, to, out);
    }

    @Override
    public void field(byte[] octets, int nameFrom, int nameTo, byte[] value, int from, int to, ByteBuf out) {
        int index = NAMES.find(octets, nameFrom, nameTo);
        if (index > 0) {
            PrefixedInteger.write(index, LITERAL_PREFIX, confidential(index) ? NEVER_INDEXED : 0, out);
        } else {
            out.writeByte(0);
            PrefixedInteger.write(nameTo - nameFrom, LENGTH_PREFIX, 0, out);
            for (int i = nameFrom; i < nameTo; i++) {
                out.writeByte(StaticNames.lower(octets[i]));
            }
        }
        value(value, from, to, out);
    }

    /** RFC 7541 section 7.1.3: nobody on the way may put these into a table either. */
    private static boolean confidential(int index) {
        return index == AUTHORIZATION || index == COOKIE || index == PROXY_AUTHORIZATION || index == SET_COOKIE;
    }

    private static void value(byte[] value, int from, int to, ByteBuf out) {
        PrefixedInteger.write(to - from, LENGTH_PREFIX, 0, out);
        out.writeBytes(value, from, to - from);
    }
}
