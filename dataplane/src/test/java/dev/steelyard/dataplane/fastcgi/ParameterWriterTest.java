package dev.steelyard.dataplane.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParameterWriterTest {

    private static ByteBuf written(List<Integer> lengths) {
        ByteBuf out = Unpooled.buffer();
        ParameterWriter writer = new ParameterWriter(out);
        writer.begin();
        for (int length : lengths) {
            writer.name(("N" + length).getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(new byte[length]);
            writer.endValue();
        }
        writer.end();
        return out;
    }

    /** Contents of the records, the last of which has none. */
    private static List<ByteBuf> contents(ByteBuf records) {
        List<ByteBuf> contents = new ArrayList<>();
        while (records.isReadable()) {
            assertThat(records.readInt()).isEqualTo(0x01_04_00_01);
            int length = records.readUnsignedShort();
            assertThat(records.readShort()).isZero();
            contents.add(records.readSlice(length));
        }
        assertThat(contents.getLast().isReadable()).isFalse();
        contents.removeLast();
        assertThat(contents).allMatch(ByteBuf::isReadable);
        return contents;
    }

    private static List<Integer> pairs(ByteBuf content) {
        List<Integer> lengths = new ArrayList<>();
        while (content.isReadable()) {
            int name = content.readUnsignedByte();
            int value = content.readInt() & 0x7fff_ffff;
            assertThat(content.readCharSequence(name, StandardCharsets.US_ASCII))
                    .hasToString("N" + value);
            content.skipBytes(value);
            lengths.add(value);
        }
        return lengths;
    }

    @Property(tries = 200)
    void pairsLieWithinRecords(@ForAll @Size(max = 40) List<@IntRange(max = 20_000) Integer> lengths) {
        List<Integer> read = new ArrayList<>();
        contents(written(lengths)).forEach(content -> read.addAll(pairs(content)));
        assertThat(read).isEqualTo(lengths);
    }

    @Test
    void aPairLongerThanARecordIsSplit() {
        ByteBuf all = Unpooled.buffer();
        List<ByteBuf> contents = contents(written(List.of(10, 200_000, 20)));
        assertThat(contents).hasSize(5);
        contents.forEach(all::writeBytes);
        assertThat(pairs(all)).containsExactly(10, 200_000, 20);
    }

    @Test
    void namesOfFieldsAreSpeltAsCgiDoes() {
        ByteBuf out = Unpooled.buffer();
        ParameterWriter writer = new ParameterWriter(out);
        byte[] name = "accept-Language9".getBytes(StandardCharsets.US_ASCII);
        writer.begin();
        writer.fieldName("HTTP_".getBytes(StandardCharsets.US_ASCII), name, 0, name.length);
        writer.endValue();
        writer.end();
        assertThat(out.toString(13, 21, StandardCharsets.US_ASCII)).isEqualTo("HTTP_ACCEPT_LANGUAGE9");
    }
}
