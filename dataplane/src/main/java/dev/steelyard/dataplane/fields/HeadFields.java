package dev.steelyard.dataplane.fields;

import dev.steelyard.dataplane.http1.head.MessageHead;
import io.netty.buffer.ByteBuf;

/** The fields of a head, compressed: names in lower case, what is dropped left out (RFC 9113 section 8.2, RFC 9114 section 4.2). */
public final class HeadFields {

    private HeadFields() {}

    /** The most that {@link #write} writes: nothing grows by more than the prefixes of its lengths. */
    public static int bytes(MessageHead head) {
        return head.length() + 8 * head.count();
    }

    /** Writes those fields of {@code head} that are not dropped. */
    public static void write(MessageHead head, FieldSink writer, ByteBuf block) {
        byte[] octets = head.octets();
        for (int i = 0; i < head.count(); i++) {
            if (!head.dropped(i)) {
                writer.field(
                        octets,
                        head.nameStart(i),
                        head.nameEnd(i),
                        octets,
                        head.valueStart(i),
                        head.valueEnd(i),
                        block);
            }
        }
    }
}
