package dev.steelyard.dataplane.fastcgi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ErrorTextTest {

    private static String line(String... pieces) {
        ErrorText text = new ErrorText();
        for (String piece : pieces) {
            text.add(Unpooled.copiedBuffer(piece, StandardCharsets.UTF_8));
        }
        return text.line();
    }

    @Test
    void itIsOneSafeLine() {
        assertThat(line("PHP Warning: a\r\n", "in b\u001b[31m\n\n")).isEqualTo("PHP Warning: a?\\nin b?[31m");
        assertThat(line("caf\u00e9")).isEqualTo("caf\u00e9");
    }

    @Test
    void itIsBounded() {
        assertThat(line("x".repeat(2_000), "y".repeat(2_000))).hasSize(2_052).endsWith("y ...");
        ErrorText text = new ErrorText();
        assertThat(text.isEmpty()).isTrue();
    }
}
