package dev.steelyard.dataplane.http3.qpack;

import dev.steelyard.dataplane.fields.FieldSink;
import dev.steelyard.dataplane.fields.PrefixedInteger;
import dev.steelyard.dataplane.fields.StaticNames;
import io.netty.buffer.ByteBuf;
import java.util.Set;

/** Writes field sections (RFC 9204 section 4.5) by the static table, without Huffman codes. Stateless; for all threads. */
public final class SectionWriter implements FieldSink {

    private static final int INDEXED_STATIC = 0xc0;
    private static final int NAMED_STATIC = 0x50;
    private static final int NAMED_STATIC_NEVER = 0x70;
    private static final int LITERAL = 0x20;
    private static final StaticNames NAMES = new StaticNames(StaticTable.NAMES, 0);
    private static final int STATUS = StaticTable.NAMES.indexOf(":status");
    private static final int[] STATUSES = {103, 200, 304, 404, 503};
    private static final int[] MORE_STATUSES = {100, 204, 206, 302, 400, 403, 421, 425, 500};
    private static final int FIRST_MORE = 63;

    /** RFC 9204 section 7.1.3: nobody on the way may put these into a table either. */
    private static final Set<Integer> CONFIDENTIAL = Set.of(
            StaticTable.NAMES.indexOf("authorization"),
            StaticTable.NAMES.indexOf("cookie"),
            StaticTable.NAMES.indexOf("set-cookie"));

    @Override
    public void begin(ByteBuf out) {
        out.writeShort(0);
    }

    @Override
    public void status(int status, ByteBuf out) {
        int index = statusIndex(status);
        if (index >= 0) {
            PrefixedInteger.write(index, 6, INDEXED_STATIC, out);
            return;
        }
        PrefixedInteger.write(STATUS, 4, NAMED_STATIC, out);
        out.writeByte(3)
                .writeByte('0' + status / 100)
                .writeByte('0' + status / 10 % 10)
                .writeByte('0' + status % 10);
    }

    private static int statusIndex(int status) {
        for (int i = 0; i < STATUSES.length; i++) {
            if (STATUSES[i] == status) {
                return STATUS + i;
            }
        }
        for (int i = 0; i < MORE_STATUSES.length; i++) {
            if (MORE_STATUSES[i] == status) {
                return FIRST_MORE + i;
            }
        }
        return -1;
    }

    @Override
    public void field(byte[] octets, int nameFrom, int nameTo, byte[] value, int from, int to, ByteBuf out) {
        int index = NAMES.find(octets, nameFrom, nameTo);
        if (index >= 0) {
            PrefixedInteger.write(index, 4, CONFIDENTIAL.contains(index) ? NAMED_STATIC_NEVER : NAMED_STATIC, out);
        } else {
            PrefixedInteger.write(nameTo - nameFrom, 3, LITERAL, out);
            for (int i = nameFrom; i < nameTo; i++) {
                out.writeByte(StaticNames.lower(octets[i]));
            }
        }
        PrefixedInteger.write(to - from, 7, 0, out);
        out.writeBytes(value, from, to - from);
    }
}
