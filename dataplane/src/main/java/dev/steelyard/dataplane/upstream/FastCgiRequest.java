package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.fastcgi.Application;
import dev.steelyard.dataplane.fastcgi.ParameterWriter;
import dev.steelyard.dataplane.fastcgi.Records;
import dev.steelyard.dataplane.fastcgi.Script;
import dev.steelyard.dataplane.http1.body.Outbound;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * The head of a request as a FastCGI program gets it: what {@link ForwardedRequest} is for HTTP/1.1, as parameters (RFC 3875 section 4.1).
 *
 * <p>Names of fields become names of parameters, where hyphens are underscores and so two names one. Fields whose names hold anything but
 * letters, digits and hyphens are left out, so that nothing that was removed or is vouched for comes back under another spelling; and so is
 * {@code Proxy}, as programs take {@code HTTP_PROXY} for a setting of their own (CVE-2016-5385). Fields of one name become one parameter.
 */
final class FastCgiRequest {

    private static final byte[] HTTP = ascii("HTTP_");
    private static final byte[] HTTP_HOST = ascii("HTTP_HOST");
    private static final byte[] CONTENT_TYPE = ascii("CONTENT_TYPE");
    private static final byte[] PROXY = ascii("proxy");
    private static final byte[] LIST = ascii(", ");
    private static final byte[] COOKIES = ascii("; ");
    private static final int FIXED_BYTES = 2_048;

    private final RequestHead head;
    private final ForwardingFields client;
    private final boolean trusted;
    private final Application application;
    private final ByteBuf out;
    private final ParameterWriter writer;

    private FastCgiRequest(
            RequestHead head, ForwardingFields client, boolean trusted, Application application, ByteBuf out) {
        this.head = head;
        this.client = client;
        this.trusted = trusted;
        this.application = application;
        this.out = out;
        this.writer = new ParameterWriter(out);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes the head; may be called again for another endpoint.
     *
     * @param length octets of the body; negative: there is none
     */
    static void write(
            RequestHead head,
            ForwardingFields client,
            boolean trusted,
            Application application,
            Script script,
            long length,
            Outbound upstream) {
        head.dropHopByHop();
        client.drop(head, trusted);
        ByteBuf out = upstream.room(4 * head.length() + client.bytes() + FIXED_BYTES);
        Records.begin(out, application.settings().keepConnections());
        FastCgiRequest request = new FastCgiRequest(head, client, trusted, application, out);
        request.writer.begin();
        request.request(script, length);
        request.connection();
        request.fields();
        application.params().forEach((name, value) -> {
            request.writer.name(ascii(name));
            out.writeBytes(value);
            request.writer.endValue();
        });
        request.writer.end();
    }

    private void request(Script script, long length) {
        String root = application.documentRoot();
        put("SCRIPT_FILENAME", root + script.name());
        put("SCRIPT_NAME", script.name());
        put("DOCUMENT_URI", script.name());
        if (!script.pathInfo().isEmpty()) {
            put("PATH_INFO", script.pathInfo());
            put("PATH_TRANSLATED", root + script.pathInfo());
        }
        put("DOCUMENT_ROOT", root.isEmpty() ? "/" : root);
        put("REQUEST_METHOD", head.method());
        put("QUERY_STRING", head.query());
        begin("REQUEST_URI");
        head.writeTarget(out);
        writer.endValue();
        if (length >= 0) {
            put("CONTENT_LENGTH", Long.toString(length));
        }
        put("SERVER_PROTOCOL", client.protocol());
        put("GATEWAY_INTERFACE", "CGI/1.1");
        put("SERVER_SOFTWARE", "steelyard");
        // php-cgi refuses to run without, taking itself for called directly.
        put("REDIRECT_STATUS", "200");
    }

    private void connection() {
        InetAddress sender = client.sender(head);
        put("REMOTE_ADDR", literal(sender));
        if (sender.equals(client.client().getAddress())) {
            put("REMOTE_PORT", Integer.toString(client.client().getPort()));
        }
        String local = literal(client.local().getAddress());
        put("SERVER_ADDR", local);
        put("SERVER_NAME", head.host().isEmpty() ? local : head.host());
        boolean secure = told(KnownField.X_FORWARDED_PROTO, client.secure() ? "https" : "http")
                .equalsIgnoreCase("https");
        put("SERVER_PORT", port());
        put("REQUEST_SCHEME", secure ? "https" : "http");
        if (secure) {
            put("HTTPS", "on");
        }
    }

    private String port() {
        String own = Integer.toString(client.local().getPort());
        String port = told(KnownField.X_FORWARDED_PORT, own);
        boolean number =
                !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return number ? port : own;
    }

    /** What a trusted proxy in front has told, or else what is known here. */
    private String told(KnownField wanted, String otherwise) {
        if (trusted) {
            for (int i = 0; i < head.count(); i++) {
                if (head.field(i) == wanted) {
                    return head.value(i);
                }
            }
        }
        return otherwise;
    }

    /** Without a zone. */
    private static String literal(InetAddress address) {
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }

    private void fields() {
        writer.name(HTTP_HOST);
        if (head.sentHostField() >= 0) {
            head.writeValue(head.sentHostField(), out);
        } else if (head.namesHost()) {
            head.writeHost(out);
        } else {
            out.writeBytes(client.localAuthority());
        }
        writer.endValue();
        for (int i = 0; i < head.count(); i++) {
            if (passed(i) && first(i)) {
                field(i);
            }
        }
        ByteBuf lines = out.alloc().heapBuffer(client.bytes());
        client.write(head, trusted, lines);
        byte[] octets = new byte[lines.readableBytes()];
        lines.readBytes(octets).release();
        lines(octets);
    }

    private void field(int index) {
        byte[] octets = head.octets();
        boolean type = head.field(index) == KnownField.CONTENT_TYPE;
        if (type) {
            writer.name(CONTENT_TYPE);
        } else {
            writer.fieldName(HTTP, octets, head.nameStart(index), head.nameEnd(index));
        }
        head.writeValue(index, out);
        for (int i = index + 1; i < head.count(); i++) {
            if (passed(i) && same(index, i)) {
                out.writeBytes(head.field(i) == KnownField.COOKIE ? COOKIES : LIST);
                head.writeValue(i, out);
            }
        }
        writer.endValue();
    }

    private boolean passed(int index) {
        KnownField field = head.field(index);
        if (head.dropped(index)
                || index == head.hostField()
                || index == head.sentHostField()
                || field == KnownField.CONTENT_LENGTH
                || field == KnownField.EXPECT) {
            return false;
        }
        byte[] octets = head.octets();
        int from = head.nameStart(index);
        int to = head.nameEnd(index);
        for (int i = from; i < to; i++) {
            int lower = octets[i] | 0x20;
            boolean plain = (lower >= 'a' && lower <= 'z') || (octets[i] >= '0' && octets[i] <= '9');
            if (!plain && octets[i] != '-') {
                return false;
            }
        }
        return !(to - from == PROXY.length && equal(octets, from, PROXY, 0, PROXY.length));
    }

    /** Whether none before it has its name. */
    private boolean first(int index) {
        for (int i = 0; i < index; i++) {
            if (passed(i) && same(i, index)) {
                return false;
            }
        }
        return true;
    }

    private boolean same(int one, int other) {
        int length = head.nameEnd(one) - head.nameStart(one);
        return length == head.nameEnd(other) - head.nameStart(other)
                && equal(head.octets(), head.nameStart(one), head.octets(), head.nameStart(other), length);
    }

    /** Names of letters, digits and hyphens alone. */
    private static boolean equal(byte[] one, int from, byte[] other, int otherFrom, int length) {
        for (int i = 0; i < length; i++) {
            if ((one[from + i] | 0x20) != (other[otherFrom + i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** Lines of our own, {@code name ": " value CR LF}, as parameters. */
    private void lines(byte[] octets) {
        int at = 0;
        while (at < octets.length) {
            int colon = at;
            while (octets[colon] != ':') {
                colon++;
            }
            int end = colon + 2;
            while (octets[end] != '\r') {
                end++;
            }
            writer.fieldName(HTTP, octets, at, colon);
            out.writeBytes(octets, colon + 2, end - colon - 2);
            writer.endValue();
            at = end + 2;
        }
    }

    /** Octets as chars. */
    private void put(String name, String value) {
        if (!application.params().containsKey(name)) {
            begin(name);
            out.writeCharSequence(value, StandardCharsets.ISO_8859_1);
            writer.endValue();
        }
    }

    private void begin(String name) {
        writer.name(ascii(name));
    }
}
