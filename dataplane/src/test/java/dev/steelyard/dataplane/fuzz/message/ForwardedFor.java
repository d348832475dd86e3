package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.address.CidrSet;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.upstream.ClientAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code X-Forwarded-For}: a peer that is not trusted is the client whatever it writes; one that is trusted may name it, and then nothing that
 * the client has put before its own address changes who it is, nor does it matter over how many fields the list is spread.
 */
public final class ForwardedFor implements FuzzTarget {

    private static final CidrSet TRUSTED = CidrSet.of(List.of("10.0.0.0/8", "fd00::/8"));
    private static final InetAddress PROXY = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress STRANGER = InetAddress.ofLiteral("198.51.100.1");
    private static final InetAddress INVENTED = InetAddress.ofLiteral("203.0.113.77");
    private static final String FIELD = "X-Forwarded-For: ";

    @Override
    public void feed(byte[] input) {
        String list = new String(input, StandardCharsets.ISO_8859_1);
        RequestHead head = read(FIELD + list);
        if (head == null || head.count() != 2 || head.field(1) != KnownField.X_FORWARDED_FOR) {
            return;
        }
        Check.equal(ClientAddress.of(head, STRANGER, TRUSTED), STRANGER, "a stranger's word");
        InetAddress client = ClientAddress.of(head, PROXY, TRUSTED);
        spread(head.value(1), client);
        RequestHead longer = read(FIELD + "203.0.113.77, " + list);
        if (longer == null) {
            return;
        }
        InetAddress then = ClientAddress.of(longer, PROXY, TRUSTED);
        Check.holds(
                then.equals(client) || (TRUSTED.contains(client) && then.equals(INVENTED)),
                then + " by an invented address, else " + client);
    }

    private static void spread(String list, InetAddress client) {
        RequestHead head = read(FIELD + list.replace(",", "\r\n" + FIELD));
        if (head != null) {
            Check.equal(ClientAddress.of(head, PROXY, TRUSTED), client, "in several fields");
        }
    }

    private static @Nullable RequestHead read(String fields) {
        RequestHead head = new RequestHead().begin(65_536);
        ByteBuf in = Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n", StandardCharsets.ISO_8859_1);
        try {
            return head.read(in) && !in.isReadable() ? head : null;
        } catch (MalformedMessage refused) {
            return null;
        }
    }
}
