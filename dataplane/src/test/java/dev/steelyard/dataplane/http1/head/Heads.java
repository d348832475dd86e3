package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Feeds heads in pieces, and says what became of them. */
public final class Heads {

    private Heads() {}

    /** What was understood, or {@code refused <status>}, or {@code incomplete}: equal texts for equal outcomes. */
    public static String outcome(MessageHead head, byte[] octets, int... splits) {
        try {
            int from = 0;
            for (int i = 0; i <= splits.length; i++) {
                int to = i < splits.length ? splits[i] : octets.length;
                ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
                if (head.read(piece)) {
                    int left = piece.readableBytes() + octets.length - to;
                    return describe(head) + " left " + left;
                }
                from = to;
            }
            return "incomplete";
        } catch (MalformedMessage e) {
            return "refused " + e.status();
        }
    }

    static RequestHead read(String text) throws MalformedMessage {
        RequestHead head = new RequestHead().begin(32_768);
        if (!head.read(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1))) {
            throw new AssertionError("incomplete");
        }
        return head;
    }

    private static String describe(MessageHead head) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.count(); i++) {
            fields.add(head.field(i) + "|" + head.name(i) + "|" + head.value(i));
        }
        ByteBuf written = Unpooled.buffer();
        String start = switch (head) {
            case RequestHead request -> {
                request.writeTarget(written);
                yield request.method() + " " + request.target().path() + " "
                        + request.target().loosePath() + " 1." + request.minorVersion() + " " + request.host()
                        + " " + request.framing() + " " + request.contentLength() + " " + request.keepAlive()
                        + " " + request.upgradeField() + " " + request.expectContinue();
            }
            case ResponseHead response -> {
                response.writeStatusLine(written);
                yield response.status() + " " + response.framing() + " " + response.contentLength() + " "
                        + response.keepAlive() + " " + response.keepAliveSeconds();
            }
            default -> "";
        };
        head.dropHopByHop();
        head.writeFields(written);
        return start + " " + fields + " " + written.toString(StandardCharsets.ISO_8859_1);
    }
}
