package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A host is read alike from Host and from the target, and holds nothing that would end a field, a label or a quotation. */
public final class Hosts implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        String raw = new String(input, StandardCharsets.ISO_8859_1);
        String host = read("GET / HTTP/1.1\r\nHost: " + raw + "\r\n\r\n");
        String authority = read("GET http://" + raw + "/ HTTP/1.0\r\n\r\n");
        if (host != null) {
            for (int i = 0; i < host.length(); i++) {
                char c = host.charAt(i);
                boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                Check.holds(plain || "-._:[]".indexOf(c) >= 0, "a host with " + c);
            }
            Check.holds(!host.isEmpty(), "an empty host");
        }
        if (host != null && authority != null && raw.equals(raw.strip()) && raw.indexOf('/') < 0) {
            Check.equal(authority, host, "as authority");
        }
    }

    private static @Nullable String read(String text) {
        RequestHead head = new RequestHead().begin(65_536);
        ByteBuf in = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        try {
            return head.read(in) && !in.isReadable() && head.count() <= 1 ? head.host() : null;
        } catch (MalformedMessage refused) {
            return null;
        }
    }
}
