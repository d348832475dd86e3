package dev.steelyard.dataplane.fuzz.frames;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http2.frame.FieldBlock;
import dev.steelyard.dataplane.http2.frame.FieldWriter;
import dev.steelyard.dataplane.http2.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Header blocks of HTTP/2 that are read, and written again, say the same; none says more than it may. The first octet chooses where the input
 * is split into two blocks of one connection, the second of which may refer to the table that the first has filled.
 */
public final class FieldBlocks implements FuzzTarget {

    private static final int MOST = 16_384;
    private static final int FIELD_BYTES = 32;

    @Override
    public void feed(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int cut = 1 + Math.floorMod(input[0], input.length);
        FieldBlock read = new FieldBlock(MOST);
        FieldBlock again = new FieldBlock(MOST);
        FieldWriter writer = new FieldWriter();
        for (byte[] block :
                new byte[][] {Arrays.copyOfRange(input, 1, cut), Arrays.copyOfRange(input, cut, input.length)}) {
            try {
                read.read(1, Unpooled.wrappedBuffer(block));
            } catch (Violation refused) {
                return; // and the connection ends
            }
            Check.holds(!read.tooLarge() || read.count() == 0, "something is kept of what is too large");
            try {
                again.read(1, written(read, writer));
            } catch (Violation fault) {
                throw new AssertionError("not readable again", fault);
            }
            compare(read, again);
        }
    }

    private static ByteBuf written(FieldBlock read, FieldWriter writer) {
        ByteBuf out = Unpooled.buffer();
        writer.begin(out);
        long size = 0;
        for (int i = 0; i < read.count(); i++) {
            byte[] name = read.name(i).toByteArray();
            byte[] value = read.value(i).toByteArray();
            size += name.length + value.length + FIELD_BYTES;
            writer.field(name, 0, name.length, value, 0, value.length, out);
        }
        Check.holds(size <= MOST, "a list of " + size);
        return out;
    }

    private static void compare(FieldBlock read, FieldBlock again) {
        Check.equal(again.count(), read.count(), "fields");
        for (int i = 0; i < read.count(); i++) {
            Check.equal(again.name(i).toString(), read.name(i).toLowerCase().toString(), "a name");
            Check.equal(again.value(i), read.value(i), "a value");
        }
    }
}
