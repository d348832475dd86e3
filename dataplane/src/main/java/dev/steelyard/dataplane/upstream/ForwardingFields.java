package dev.steelyard.dataplane.upstream;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one client connection's requests are told to endpoints to have come from: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host},
 * {@code -Port} and {@code Forwarded} (RFC 7239).
 */
public final class ForwardingFields {

    private static final byte[] FOR = ascii("X-Forwarded-For: ");
    private static final byte[] HOST = ascii("X-Forwarded-Host: ");
    private static final byte[] FORWARDED = ascii("Forwarded: ");
    private static final byte[] FORWARDED_HOST = ascii(";host=\"");
    private static final byte[] COMMA = ascii(", ");

    private final byte[] address;
    private final byte[] proto;
    private final byte[] port;
    private final byte[] element;
    private final byte[] identity;
    private final InetSocketAddress client;
    private final Supplier<InetSocketAddress> local;
    private final boolean secure;
    private final String protocol;
    private final CidrSet trustedProxies;
    private byte @Nullable [] localAuthority;

    /**
     * @param client who connected
     * @param localPort where to
     * @param local the address and port of that, asked for when needed
     * @param secure whether by TLS
     * @param identity further fields, about the client's certificate
     * @param protocol that requests come by, such as {@code HTTP/1.1}
     * @param trustedProxies whose word on the client is believed
     */
    public ForwardingFields(
            InetSocketAddress client,
            int localPort,
            Supplier<InetSocketAddress> local,
            boolean secure,
            Map<String, String> identity,
            String protocol,
            CidrSet trustedProxies) {
        this.client = client;
        this.local = local;
        this.secure = secure;
        this.protocol = protocol;
        this.trustedProxies = trustedProxies;
        String literal = literal(client);
        String scheme = secure ? "https" : "http";
        String node = client.getAddress() instanceof Inet6Address ? "\"[" + literal + "]\"" : literal;
        address = ascii(literal);
        proto = ascii("X-Forwarded-Proto: " + scheme + "\r\n");
        port = ascii("X-Forwarded-Port: " + localPort + "\r\n");
        StringBuilder lines = new StringBuilder();
        identity.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append("\r\n"));
        this.identity = ascii(lines.toString());
        element = ascii("for=" + node + ";proto=" + scheme);
    }

    /** Without a zone, which means nothing to others (RFC 6874 section 1). */
    private static String literal(InetSocketAddress address) {
        String ip = address.getAddress().getHostAddress();
        int zone = ip.indexOf('%');
        return zone < 0 ? ip : ip.substring(0, zone);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether it tells of requests that came by this protocol, believing these. */
    @SuppressWarnings("ReferenceEquality") // another plan's set may hold others
    public boolean isOf(String wanted, CidrSet trusted) {
        return protocol.equals(wanted) && trustedProxies == trusted;
    }

    /** The protocol that requests come by. */
    String protocol() {
        return protocol;
    }

    /** Who connected. */
    InetSocketAddress client() {
        return client;
    }

    /** Where to. */
    InetSocketAddress local() {
        return local.get();
    }

    /** Whether by TLS. */
    boolean secure() {
        return secure;
    }

    /** Who sent a request, as far as those are believed who passed it on. */
    InetAddress sender(RequestHead head) {
        return ClientAddress.of(head, client.getAddress(), trustedProxies);
    }

    /** The most that {@link #write} adds to what the head itself holds. */
    int bytes() {
        return 2 * address.length + proto.length + port.length + element.length + identity.length + 512;
    }

    /** Address and port that the client connected to, for requests without Host. */
    byte[] localAuthority() {
        if (localAuthority == null) {
            InetSocketAddress to = local();
            String ip = literal(to);
            localAuthority =
                    ascii((to.getAddress() instanceof Inet6Address ? "[" + ip + "]:" : ip + ":") + to.getPort());
        }
        return localAuthority;
    }

    /** Drops from {@code head} what is not believed or about to be written anew, before its fields are written. */
    void drop(RequestHead head, boolean trusted) {
        for (int i = 0; i < head.count(); i++) {
            KnownField field = head.field(i);
            boolean rewritten = field == KnownField.X_FORWARDED_FOR || field == KnownField.FORWARDED;
            if (rewritten || field.certificate() || (field.forwarding() && !trusted)) {
                head.drop(i);
            }
        }
    }

    /** Writes the fields. */
    void write(RequestHead head, boolean trusted, ByteBuf out) {
        out.writeBytes(FOR);
        if (trusted) {
            earlier(head, KnownField.X_FORWARDED_FOR, out);
        }
        out.writeBytes(address);
        crlf(out);
        if (!trusted || !holds(head, KnownField.X_FORWARDED_PROTO)) {
            out.writeBytes(proto);
        }
        if (!trusted || !holds(head, KnownField.X_FORWARDED_PORT)) {
            out.writeBytes(port);
        }
        out.writeBytes(identity);
        boolean host = head.namesHost();
        if (host && (!trusted || !holds(head, KnownField.X_FORWARDED_HOST))) {
            out.writeBytes(HOST);
            head.writeHost(out);
            crlf(out);
        }
        out.writeBytes(FORWARDED);
        if (trusted) {
            earlier(head, KnownField.FORWARDED, out);
        }
        out.writeBytes(element);
        if (host) {
            out.writeBytes(FORWARDED_HOST);
            head.writeHost(out);
            out.writeByte('"');
        }
        crlf(out);
    }

    /** What proxies before this one have written, as one list. */
    private static void earlier(RequestHead head, KnownField wanted, ByteBuf out) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == wanted) {
                head.writeValue(i, out);
                out.writeBytes(COMMA);
            }
        }
    }

    private static boolean holds(RequestHead head, KnownField wanted) {
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == wanted) {
                return true;
            }
        }
        return false;
    }

    private static void crlf(ByteBuf out) {
        out.writeByte('\r').writeByte('\n');
    }
}
