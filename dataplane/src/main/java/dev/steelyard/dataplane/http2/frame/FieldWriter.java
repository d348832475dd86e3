package dev.steelyard.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes header blocks (RFC 7541) by the static table alone: no state, so that blocks can be written in any order and thrown away, nothing for
 * another to learn from what was sent before (RFC 7541 section 7.1), and less work than tables and Huffman codes make. The dynamic table is
 * given up in the first block of a connection.
 */
public final class FieldWriter {

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
    private static final Named[][] BY_LENGTH = byLength();

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

    private static final class Named {

        final byte[] name;
        final int index;

        Named(byte[] name, int index) {
            this.name = name;
            this.index = index;
        }
    }

    private static Named[][] byLength() {
        List<List<Named>> table = new ArrayList<>();
        for (int i = 0; i < STATIC_NAMES.length; i++) {
            String name = STATIC_NAMES[i];
            if (name.startsWith(":")) {
                continue;
            }
            while (table.size() <= name.length()) {
                table.add(new ArrayList<>());
            }
            table.get(name.length()).add(new Named(name.getBytes(StandardCharsets.US_ASCII), i + 1));
        }
        return table.stream().map(list -> list.toArray(Named[]::new)).toArray(Named[][]::new);
    }

    /** To be called before the first field of each block. */
    public void begin(ByteBuf out) {
        if (!tableGivenUp) {
            tableGivenUp = true;
            out.writeByte(NO_TABLE);
        }
    }

    /** Writes {@code :status}, 100..599. */
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
            integer(method.length(), LENGTH_PREFIX, 0, out);
            out.writeCharSequence(method, StandardCharsets.US_ASCII);
        }
    }

    /** Writes {@code :scheme}. */
    public void scheme(boolean secure, ByteBuf out) {
        out.writeByte(0x80 | (secure ? SCHEME_HTTPS : SCHEME_HTTP));
    }

    /** Writes a field of the static table. */
    public void field(int staticName, byte[] value, int from, int to, ByteBuf out) {
        integer(staticName, LITERAL_PREFIX, 0, out);
        value(value, from, to, out);
    }

    /** Writes a field; its name is put into lower case. */
    public void field(byte[] octets, int nameFrom, int nameTo, byte[] value, int from, int to, ByteBuf out) {
        int index = staticName(octets, nameFrom, nameTo);
        if (index > 0) {
            integer(index, LITERAL_PREFIX, confidential(index) ? NEVER_INDEXED : 0, out);
        } else {
            out.writeByte(0);
            integer(nameTo - nameFrom, LENGTH_PREFIX, 0, out);
            for (int i = nameFrom; i < nameTo; i++) {
                out.writeByte(lower(octets[i]));
            }
        }
        value(value, from, to, out);
    }

    /** RFC 7541 section 7.1.3: nobody on the way may put these into a table either. */
    private static boolean confidential(int index) {
        return index == AUTHORIZATION || index == COOKIE || index == PROXY_AUTHORIZATION || index == SET_COOKIE;
    }

    private static void value(byte[] value, int from, int to, ByteBuf out) {
        integer(to - from, LENGTH_PREFIX, 0, out);
        out.writeBytes(value, from, to - from);
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    /** The index of a name in the static table, in any case; 0 if it is not there. */
    private static int staticName(byte[] octets, int from, int to) {
        int length = to - from;
        if (length < BY_LENGTH.length) {
            for (Named candidate : BY_LENGTH[length]) {
                if (equal(octets, from, candidate.name)) {
                    return candidate.index;
                }
            }
        }
        return 0;
    }

    private static boolean equal(byte[] octets, int from, byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            if (lower(octets[from + i]) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** RFC 7541 section 5.1. */
    private static void integer(int value, int prefix, int flags, ByteBuf out) {
        int limit = (1 << prefix) - 1;
        if (value < limit) {
            out.writeByte(flags | value);
            return;
        }
        out.writeByte(flags | limit);
        int rest = value - limit;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
