package dev.steelyard.dataplane.fuzz.frames;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http3.frame.Violation;
import dev.steelyard.dataplane.http3.qpack.FieldSection;
import dev.steelyard.dataplane.http3.qpack.SectionWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** A field section of HTTP/3 that is read, and written again, says the same. */
public final class FieldSections implements FuzzTarget {

    private static final int MOST = 16_384;

    @Override
    public void feed(byte[] input) {
        FieldSection read = new FieldSection(MOST);
        try {
            read.read(Unpooled.wrappedBuffer(input));
        } catch (Violation refused) {
            return;
        }
        SectionWriter writer = new SectionWriter();
        ByteBuf out = Unpooled.buffer();
        writer.begin(out);
        for (int i = 0; i < read.count(); i++) {
            byte[] name = read.name(i).toByteArray();
            byte[] value = read.value(i).toByteArray();
            writer.field(name, 0, name.length, value, 0, value.length, out);
        }
        FieldSection again = new FieldSection(MOST);
        try {
            again.read(out);
        } catch (Violation fault) {
            throw new AssertionError("not readable again", fault);
        }
        Check.equal(again.count(), read.count(), "fields");
        for (int i = 0; i < read.count(); i++) {
            Check.equal(again.name(i).toString(), read.name(i).toLowerCase().toString(), "a name");
            Check.equal(again.value(i), read.value(i), "a value");
        }
    }
}
