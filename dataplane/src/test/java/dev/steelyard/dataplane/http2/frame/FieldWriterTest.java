package dev.steelyard.dataplane.http2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written here is read by a decoder of another make. */
class FieldWriterTest {

    private final FieldWriter writer = new FieldWriter();
    private final FieldBlock reader = new FieldBlock(1 << 20);

    private void field(ByteBuf block, String name, String value) {
        byte[] octets = (name + value).getBytes(StandardCharsets.ISO_8859_1);
        writer.field(octets, 0, name.length(), octets, name.length(), octets.length, block);
    }

    private String read(ByteBuf block) throws Violation {
        reader.read(1, block);
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < reader.count(); i++) {
            fields.append(reader.name(i)).append('=').append(reader.value(i)).append('\n');
        }
        return fields.toString();
    }

    @Test
    void requestsAndResponsesComeOutAsTheyWentIn() throws Violation {
        ByteBuf block = Unpooled.buffer();
        writer.begin(block);
        writer.method("GET", block);
        writer.method("POST", block);
        writer.method("PROPFIND", block);
        writer.scheme(true, block);
        writer.scheme(false, block);
        writer.field(FieldWriter.PATH, new byte[] {'/', 'a'}, 0, 2, block);
        field(block, "Content-Type", "text/plain");
        field(block, "Set-Cookie", "a=b");
        field(block, "X-Own", "");
        assertThat(read(block)).isEqualTo("""
                :method=GET
                :method=POST
                :method=PROPFIND
                :scheme=https
                :scheme=http
                :path=/a
                content-type=text/plain
                set-cookie=a=b
                x-own=
                """);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 103, 200, 204, 206, 301, 304, 400, 404, 418, 500, 599})
    void statuses(int status) throws Violation {
        ByteBuf block = Unpooled.buffer();
        writer.begin(block);
        writer.status(status, block);
        assertThat(read(block)).isEqualTo(":status=" + status + "\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 126, 127, 128, 254, 255, 256, 16_383, 16_384, 70_000})
    void lengths(int length) throws Violation {
        ByteBuf block = Unpooled.buffer();
        writer.begin(block);
        field(block, "x", "y".repeat(length));
        assertThat(read(block)).isEqualTo("x=" + "y".repeat(length) + "\n");
    }
}
