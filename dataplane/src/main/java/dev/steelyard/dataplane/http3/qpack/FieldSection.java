package dev.steelyard.dataplane.http3.qpack;

import dev.steelyard.dataplane.fields.FieldList;
import dev.steelyard.dataplane.fields.PrefixedInteger;
import dev.steelyard.dataplane.http3.frame.ErrorCode;
import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/** Decompresses field sections (RFC 9204 section 4.5), each into the same list of names and values, as sent and unchecked. */
public final class FieldSection extends FieldList {

    private static final int FIELD_BYTES = 32;

    private final long maxListSize;

    /**
     * @param maxListSize of a decompressed list (RFC 9114 section 4.2.2); of a larger one nothing is kept
     */
    public FieldSection(long maxListSize) {
        this.maxListSize = maxListSize;
    }

    /**
     * Reads a section; what was read before is forgotten.
     *
     * @throws Violation if it is none, or refers to a dynamic table, which is empty
     */
    public void read(ByteBuf section) throws Violation {
        clear();
        if (!section.isReadable() || section.readByte() != 0) {
            throw malformed("a field section needs entries of a table that is empty");
        }
        if (!section.isReadable()) {
            throw malformed("a field section ends too early");
        }
        int base = section.readByte();
        if (base < 0 || PrefixedInteger.read(base, 7, section) < 0) {
            throw malformed("a field section's base is out of range");
        }
        long size = 0;
        while (section.isReadable()) {
            field(section);
            int last = count() - 1;
            size += name(last).length() + value(last).length() + FIELD_BYTES;
            if (size > maxListSize) {
                refuse();
                return;
            }
        }
    }

    private void field(ByteBuf in) throws Violation {
        int first = in.readUnsignedByte();
        if ((first & 0x80) != 0) {
            int index = fromStatic(first, 0x40, 6, in);
            keep(StaticTable.name(index), StaticTable.value(index));
        } else if ((first & 0x40) != 0) {
            int index = fromStatic(first, 0x10, 4, in);
            keep(StaticTable.name(index), value(in));
        } else if ((first & 0x20) != 0) {
            AsciiString name = string(first, 3, in);
            keep(name, value(in));
        } else {
            throw malformed("a field refers to a table that is empty");
        }
    }

    private static int fromStatic(int first, int flag, int prefix, ByteBuf in) throws Violation {
        int index = PrefixedInteger.read(first, prefix, in);
        if ((first & flag) == 0 || !StaticTable.has(index)) {
            throw malformed("a field refers to what no table has");
        }
        return index;
    }

    private static AsciiString value(ByteBuf in) throws Violation {
        if (!in.isReadable()) {
            throw malformed("a field section ends too early");
        }
        return string(in.readUnsignedByte(), 7, in);
    }

    /** RFC 9204 section 4.1.2: the bit above the prefix says whether it is Huffman coded. */
    private static AsciiString string(int first, int prefix, ByteBuf in) throws Violation {
        int length = PrefixedInteger.read(first, prefix, in);
        if (length < 0 || length > in.readableBytes()) {
            throw malformed("a string is longer than its field section");
        }
        if ((first & (1 << prefix)) == 0) {
            byte[] plain = new byte[length];
            in.readBytes(plain);
            return new AsciiString(plain, false);
        }
        byte[] decoded = Huffman.decode(in, length);
        if (decoded == null) {
            throw malformed("a string's Huffman code is malformed");
        }
        return new AsciiString(decoded, false);
    }

    private static Violation malformed(String reason) {
        return Violation.of(ErrorCode.QPACK_DECOMPRESSION_FAILED, reason);
    }
}
