package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.Heads;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.MessageHead;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Request heads are read alike wherever they are split; and what is passed on of one that was accepted is accepted again, with the same
 * meaning. The first two octets of an input choose where it is split.
 */
public final class RequestHeads implements FuzzTarget {

    /** Host and Transfer-Encoding. */
    private static final int ADDED = 2;

    private static final int LIMIT = 4_096;

    @Override
    public void feed(byte[] input) throws Exception {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        String whole = Heads.outcome(new RequestHead().begin(LIMIT), octets);
        String split = Heads.outcome(new RequestHead().begin(LIMIT), octets, Cuts.of(input, octets.length));
        Check.equal(split, whole, "read in pieces");
        RequestHead head = read(octets);
        if (head != null) {
            readAgain(head);
        }
    }

    private static @Nullable RequestHead read(byte[] octets) {
        RequestHead head = new RequestHead().begin(LIMIT);
        try {
            return head.read(Unpooled.wrappedBuffer(octets)) ? head : null;
        } catch (MalformedMessage refused) {
            return null;
        }
    }

    /** What is passed on of a head is accepted again, and means the same. */
    static void readAgain(RequestHead head) throws MalformedMessage {
        if (head.count() > MessageHead.MAX_FIELDS - ADDED) {
            return; // with those that are added it may be more than are read
        }
        ByteBuf out = Unpooled.buffer();
        out.writeCharSequence(head.method() + " ", StandardCharsets.ISO_8859_1);
        head.writeTarget(out);
        out.writeCharSequence(" HTTP/1.1\r\n", StandardCharsets.ISO_8859_1);
        if (head.hostField() < 0) {
            out.writeCharSequence("Host: ", StandardCharsets.ISO_8859_1);
            if (head.namesHost()) {
                head.writeHost(out);
            } else {
                out.writeByte('a');
            }
            out.writeCharSequence("\r\n", StandardCharsets.ISO_8859_1);
        }
        head.dropHopByHop();
        for (int i = 0; i < head.count(); i++) {
            if (head.name(i).equalsIgnoreCase("expect")) {
                head.drop(i);
            }
        }
        head.writeFields(out);
        if (head.framing() == Framing.CHUNKED) {
            out.writeCharSequence("Transfer-Encoding: chunked\r\n", StandardCharsets.ISO_8859_1);
        }
        out.writeCharSequence("\r\n", StandardCharsets.ISO_8859_1);
        String text = out.toString(StandardCharsets.ISO_8859_1);
        RequestHead again = new RequestHead().begin(3 * LIMIT);
        Check.holds(again.read(out), "cut short: " + text);
        Check.holds(!out.isReadable(), "something after the head: " + text);
        Check.equal(again.method(), head.method(), "method");
        Check.equal(again.target().path(), head.target().path(), "path");
        Check.equal(again.target().loosePath(), head.target().loosePath(), "loose path");
        Check.equal(again.host(), head.namesHost() ? head.host() : "a", "host");
        Check.equal(again.framing(), head.framing(), "framing");
        Check.equal(again.contentLength(), head.contentLength(), "length");
    }
}
