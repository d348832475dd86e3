package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.KnownField;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http1.head.RequestHead;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A WebSocket handshake, or what looks like one: an upgrade is passed on only where both fields ask for it in so many words, to one protocol
 * that is no version of HTTP or TLS, and nothing follows that could be a body. The input is the fields of a request, and of its response.
 */
public final class Upgrades implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        String fields = new String(input, StandardCharsets.ISO_8859_1);
        RequestHead request = new RequestHead().begin(65_536);
        if (read(request, "GET /chat HTTP/1.1\r\nHost: a\r\n" + fields) && request.upgradeField() >= 0) {
            asked(request);
            String protocol = request.value(request.upgradeField()).toLowerCase(Locale.ROOT);
            Check.equal(protocol, only(request, KnownField.UPGRADE), "which field");
            Check.holds(protocol.matches("[!#$%&'*+.^_`|~a-z0-9/-]+"), "not one protocol: " + protocol);
            Check.holds(!protocol.matches("(h2|http|tls).*"), "passed on: " + protocol);
            Check.equal(request.framing(), Framing.NONE, "framing");
        }
        ResponseHead response = new ResponseHead().begin(false);
        if (read(response, "HTTP/1.1 101 Switching Protocols\r\n" + fields) && response.upgradeField() >= 0) {
            asked(response);
            Check.equal(
                    response.value(response.upgradeField()).toLowerCase(Locale.ROOT),
                    only(response, KnownField.UPGRADE),
                    "which field");
        }
    }

    private static boolean read(MessageHead head, String text) {
        ByteBuf in = Unpooled.copiedBuffer(text + "\r\n\r\n", StandardCharsets.ISO_8859_1);
        try {
            return head.read(in);
        } catch (MalformedMessage refused) {
            return false;
        }
    }

    private static void asked(MessageHead head) {
        boolean asked = false;
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == KnownField.CONNECTION) {
                asked |= Arrays.stream(head.value(i).split(",", -1))
                        .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
            }
        }
        Check.holds(asked, "no Connection field asks for it");
    }

    private static String only(MessageHead head, KnownField wanted) {
        String value = "";
        for (int i = 0; i < head.count(); i++) {
            if (head.field(i) == wanted) {
                Check.holds(value.isEmpty(), "more than one " + wanted);
                value = head.value(i).toLowerCase(Locale.ROOT);
            }
        }
        return value;
    }
}
