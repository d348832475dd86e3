package dev.steelyard.dataplane.http3.qpack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.http3.frame.Violation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sections as others write them, and what is written read again. */
class FieldSectionTest {

    private static FieldSection read(ByteBuf section) throws Violation {
        FieldSection fields = new FieldSection(1 << 20);
        fields.read(section);
        return fields;
    }

    /** The strings of RFC 7541, appendix C. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "f1e3c2e5f23a6ba0ab90f4ff | www.example.com",
                "a8eb10649cbf | no-cache",
                "25a849e95ba97d7f | custom-key",
                "25a849e95bb8e8b4bf | custom-value",
                "6402 | 302",
                "aec3771a4b | private",
                "d07abe941054d444a8200595040b8166e082a62d1bff | Mon, 21 Oct 2013 20:13:21 GMT",
                "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007"
                        + " | foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"
            })
    void huffmanCodedStrings(String code, String text) throws Violation {
        byte[] octets = HexFormat.of().parseHex(code);
        ByteBuf section = Unpooled.buffer();
        section.writeShort(0).writeByte(0x50).writeByte(0x80 | octets.length).writeBytes(octets);
        FieldSection fields = read(section);
        assertThat(fields.name(0).toString()).isEqualTo(":authority");
        assertThat(fields.value(0).toString()).isEqualTo(text);
    }

    @Test
    void whatIsWrittenIsReadAgain() throws Violation {
        SectionWriter writer = new SectionWriter();
        ByteBuf out = Unpooled.buffer();
        writer.begin(out);
        IntStream.range(100, 600).forEach(status -> writer.status(status, out));
        StaticTable.NAMES.forEach(name -> field(writer, name, "v", out));
        field(writer, "X-Long-" + "n".repeat(300), "v".repeat(20_000), out);
        FieldSection fields = read(out);
        for (int i = 0; i < 500; i++) {
            assertThat(fields.value(i).toString()).isEqualTo(Integer.toString(100 + i));
        }
        for (int i = 0; i < StaticTable.NAMES.size(); i++) {
            assertThat(fields.name(500 + i).toString()).isEqualTo(StaticTable.NAMES.get(i));
        }
        int last = fields.count() - 1;
        assertThat(fields.name(last).toString()).isEqualTo("x-long-" + "n".repeat(300));
        assertThat(fields.value(last).length()).isEqualTo(20_000);
    }

    @Test
    void theStaticTableIsWhole() throws Violation {
        assertThat(StaticTable.NAMES).hasSize(99);
        ByteBuf section = Unpooled.buffer();
        section.writeShort(0)
                .writeByte(0xc0 | 17)
                .writeByte(0xc0 | 25)
                .writeByte(0xff)
                .writeByte(98 - 63);
        FieldSection fields = read(section);
        assertThat(fields.name(0) + " " + fields.value(0)).isEqualTo(":method GET");
        assertThat(fields.name(1) + " " + fields.value(1)).isEqualTo(":status 200");
        assertThat(fields.name(2) + " " + fields.value(2)).isEqualTo("x-frame-options sameorigin");
    }

    private static void field(SectionWriter writer, String name, String value, ByteBuf out) {
        byte[] mixed = name.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
        byte[] octets = value.getBytes(StandardCharsets.US_ASCII);
        writer.field(mixed, 0, mixed.length, octets, 0, octets.length, out);
    }
}
