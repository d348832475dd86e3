package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fields.FieldList;
import dev.steelyard.dataplane.fields.RequestFields;
import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Requests of HTTP/2 and HTTP/3, as lists of fields: what is accepted means the same once it is written as HTTP/1.1, so that nothing in a name
 * or value becomes a line, a field or a request of its own there. Of the input each line is a field, name and value parted by a tab; {@code
 * \1} and {@code \2} stand for the octets that would end a line.
 */
public final class RequestLists implements FuzzTarget {

    private static final int LIMIT = 4_096;

    @Override
    public void feed(byte[] input) throws Exception {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        for (boolean tunnels : new boolean[] {true, false}) {
            for (boolean endStream : new boolean[] {true, false}) {
                RequestHead head = new RequestHead().begin(LIMIT);
                RequestFields fields = new RequestFields(tunnels);
                boolean accepted;
                try {
                    accepted = fields.fill(new Lines(text), head, endStream, new Random(1));
                } catch (MalformedMessage refused) {
                    Check.holds(refused.status() >= 400, "refused with " + refused.status());
                    continue;
                }
                if (accepted) {
                    Check.holds(tunnels || !fields.tunnel(), "a tunnel that is not served");
                    Check.equal(head.upgradeField() >= 0, fields.tunnel(), "an upgrade");
                    RequestHeads.readAgain(head);
                }
            }
        }
    }

    private static final class Lines extends FieldList {

        Lines(String text) {
            for (String line : text.split("\n", -1)) {
                if (line.isEmpty()) {
                    continue;
                }
                int tab = line.indexOf('\t');
                keep(octets(line.substring(0, Math.max(tab, 0))), octets(line.substring(tab + 1)));
            }
        }

        private static AsciiString octets(String text) {
            return new AsciiString(
                    text.replace('\1', '\n').replace('\2', '\r').getBytes(StandardCharsets.ISO_8859_1), false);
        }
    }
}
