package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The request target (RFC 9112 section 3.2): origin form, absolute form with {@code http} or {@code https}, or {@code *} for OPTIONS.
 * Authority form is for CONNECT, which is not served. Its path is normalised by {@link PathNormaliser}.
 */
public final class RequestTarget {

    private static final byte[] HTTP = Octets.ascii("http://");
    private static final String REWRITTEN = "the path cannot be rewritten as this route asks";
    private static final byte[] HTTPS = Octets.ascii("https://");

    private String path = "";
    private @Nullable String loosePath;
    private boolean rewritten;
    private boolean asterisk;
    private int from;
    private int to;
    private int authorityFrom;
    private int authorityTo;
    private int queryFrom;

    void read(String method, byte[] line, int targetFrom, int targetTo) throws MalformedMessage {
        from = targetFrom;
        to = targetTo;
        authorityFrom = 0;
        authorityTo = 0;
        loosePath = null;
        rewritten = false;
        asterisk = false;
        if (method.equals("CONNECT") || method.equals("TRACE")) {
            throw MalformedMessage.refused(501, method + " is not served");
        }
        if (from == to) {
            throw MalformedMessage.bad("the request target is malformed");
        }
        if (line[from] == '/') {
            readPath(line, from);
        } else if (to - from == 1 && line[from] == '*' && method.equals("OPTIONS")) {
            path = "/";
            asterisk = true;
            queryFrom = to;
        } else {
            readAbsolute(line);
        }
    }

    private void readAbsolute(byte[] line) throws MalformedMessage {
        int scheme = schemeLength(line);
        authorityFrom = from + scheme;
        int at = authorityFrom;
        while (at < to && line[at] != '/' && line[at] != '?') {
            at++;
        }
        authorityTo = at;
        if (scheme == 0 || authorityTo == authorityFrom) {
            throw MalformedMessage.bad("the request target is malformed");
        }
        rewritten = true;
        if (at < to && line[at] == '/') {
            readPath(line, at);
        } else {
            path = "/";
            queryFrom = at;
            readQuery(line);
        }
    }

    private int schemeLength(byte[] line) {
        if (to - from > HTTP.length && Octets.equal(line, from, from + HTTP.length, HTTP)) {
            return HTTP.length;
        }
        return to - from > HTTPS.length && Octets.equal(line, from, from + HTTPS.length, HTTPS) ? HTTPS.length : 0;
    }

    private void readPath(byte[] line, int pathFrom) throws MalformedMessage {
        boolean plain = true;
        int at = pathFrom + 1;
        for (; at < to && line[at] != '?'; at++) {
            byte octet = line[at];
            if (!Octets.is(Octets.PLAIN_PATH, octet)) {
                if (!Octets.is(Octets.PATH, octet)) {
                    throw MalformedMessage.bad("the request target holds a character that it may not");
                }
                plain &= (octet == '/' || octet == '.') && line[at - 1] != '/';
            }
        }
        queryFrom = at;
        path = new String(line, pathFrom, at - pathFrom, StandardCharsets.ISO_8859_1);
        if (!plain) {
            PathNormaliser.Readings readings = PathNormaliser.normalise(path);
            rewritten |= !readings.path().equals(path);
            path = readings.path();
            loosePath = readings.loose();
        }
        readQuery(line);
    }

    private void readQuery(byte[] line) throws MalformedMessage {
        for (int i = queryFrom; i < to; i++) {
            if (!Octets.is(Octets.QUERY, line[i])) {
                throw MalformedMessage.bad("the request target holds a character that it may not");
            }
        }
    }

    /** The path, normalised, without the query: what routes match and what the endpoint is sent. {@code /} for {@code *}. */
    public String path() {
        return path;
    }

    /**
     * The path as an endpoint might read it that also decodes slashes, merges them, and ignores path parameters. A request whose two
     * readings have different routes is to be refused. Null if both readings are the same.
     */
    public @Nullable String loosePath() {
        return loosePath;
    }

    /** Where it begins in the head's octets, as the client sent it. */
    public int from() {
        return from;
    }

    /** Where it ends. */
    public int to() {
        return to;
    }

    /** Whether it is {@code *}: about the server, and no path of it. */
    public boolean asterisk() {
        return asterisk;
    }

    /**
     * Asks for another path; the query stays.
     *
     * @throws MalformedMessage if it is not in the form to which paths are normalised, and so could mean something else than it says
     */
    void rewrite(String changed) throws MalformedMessage {
        for (int i = 0; i < changed.length(); i++) {
            char c = changed.charAt(i);
            if (c > 0x7f || !Octets.is(Octets.PATH, (byte) c)) {
                throw MalformedMessage.bad(REWRITTEN);
            }
        }
        if (!changed.startsWith("/")
                || !PathNormaliser.normalise(changed).path().equals(changed)) {
            throw MalformedMessage.bad(REWRITTEN);
        }
        path = changed;
        rewritten = true;
    }

    void copy(RequestTarget other) {
        path = other.path;
        loosePath = other.loosePath;
        rewritten = other.rewritten;
        asterisk = other.asterisk;
        from = other.from;
        to = other.to;
        authorityFrom = other.authorityFrom;
        authorityTo = other.authorityTo;
        queryFrom = other.queryFrom;
    }

    String query(MessageHead head) {
        return queryFrom + 1 < to ? head.text(queryFrom + 1, to) : "";
    }

    boolean hasAuthority() {
        return authorityTo > authorityFrom;
    }

    int authorityFrom() {
        return authorityFrom;
    }

    int authorityTo() {
        return authorityTo;
    }

    void write(MessageHead head, ByteBuf out) {
        if (rewritten) {
            out.writeCharSequence(path, StandardCharsets.ISO_8859_1);
            head.write(queryFrom, to, out);
        } else {
            head.write(from, to, out);
        }
    }
}
