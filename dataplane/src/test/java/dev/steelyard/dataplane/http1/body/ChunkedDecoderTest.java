package dev.steelyard.dataplane.http1.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {

    @Test
    void contentExtensionsAndTrailersAreToldApart() throws MalformedMessage {
        BodyDecoder decoder = chunked();
        ByteBuf in = buffer("5;a=b;c=\"d e\"\r\nhello\r\n0A\r\n0123456789\r\n0;x\r\nX-Sum: 1\r\nContent-Length: 5\r\n"
                + "Host: b\r\nX-Forwarded-For: 1\r\n\r\nGET ");
        StringBuilder content = new StringBuilder();
        decoder.decode(in, collecting(content));
        assertThat(content).hasToString("hello0123456789");
        assertThat(decoder.done()).isTrue();
        assertThat(in.toString(StandardCharsets.US_ASCII)).isEqualTo("GET ");
        ByteBuf trailers = Unpooled.buffer();
        Trailers read = Objects.requireNonNull(decoder.trailers());
        read.write(trailers);
        assertThat(trailers.toString(StandardCharsets.US_ASCII)).isEqualTo("X-Sum: 1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                " 5\r\nhello\r\n",
                "5 \r\nhello\r\n",
                "5\t;a\r\nhello\r\n",
                "+5\r\nhello\r\n",
                "-1\r\n",
                "0x5\r\nhello\r\n",
                "5\nhello\r\n",
                "5\rhello\r\n",
                "5\r\nhello\n",
                "5\r\nhelloX",
                "5\r\nhello\rX",
                "5\r\nhello5\r\n",
                ";a\r\n",
                "ffffffffffffffff\r\n",
                "10000000000000005\r\n",
                "0000000000000000\r\n",
                "5;a\u0000\r\nhello\r\n",
                "5;a\nb\r\nhello\r\n",
                "0\r\nX : 1\r\n\r\n",
                "0\r\n X: 1\r\n\r\n",
                "0\r\nX: 1\n\r\n",
                "0\r\nX: \u0001\r\n\r\n"
            })
    void whatIsNoPlainChunkIsRefusedHoweverItArrives(String text) {
        for (int split = 0; split < text.length(); split++) {
            BodyDecoder decoder = chunked();
            String first = text.substring(0, split);
            String second = text.substring(split);
            assertThatThrownBy(() -> {
                        decoder.decode(buffer(first), ByteBuf::release);
                        decoder.decode(buffer(second), ByteBuf::release);
                    })
                    .as("%s|%s", first, second)
                    .isInstanceOf(MalformedMessage.class);
        }
    }

    @Test
    void extensionsAndTrailersAreBounded() {
        assertThatThrownBy(() -> chunked().decode(buffer("5;" + "a".repeat(300) + "\r\n"), ByteBuf::release))
                .hasMessageContaining("extensions");
        String chunk = "1;" + "a".repeat(200) + "\r\nx\r\n";
        assertThatThrownBy(() -> chunked().decode(buffer(chunk.repeat(50)), ByteBuf::release))
                .hasMessageContaining("extensions");
        assertThatThrownBy(() ->
                        chunked().decode(buffer("0\r\nX: " + "a".repeat(9_000) + "\r\n\r\n"), ByteBuf::release))
                .hasMessageContaining("trailer");
    }

    @Property(tries = 300)
    void whatIsEncodedIsDecodedHoweverItArrives(
            @ForAll @Size(max = 8) List<@IntRange(min = 1, max = 5_000) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 3_000) int piece)
            throws MalformedMessage {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
        ChannelHandlerContext context = channel.pipeline().firstContext();
        Outbound out = new Outbound(context);
        BodyEncoder encoder = new BodyEncoder(out);
        encoder.begin(Framing.CHUNKED);
        StringBuilder sent = new StringBuilder();
        for (int size : sizes) {
            String content = "abcdefghij".repeat(size / 10 + 1).substring(0, size);
            sent.append(content);
            encoder.data(buffer(content));
        }
        encoder.end(null);
        out.flush();
        ByteBuf wire = Unpooled.buffer();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            wire.writeBytes(each);
            each.release();
        }
        assertThat(out.written()).isEqualTo(wire.readableBytes());
        BodyDecoder decoder = chunked();
        StringBuilder content = new StringBuilder();
        while (wire.isReadable()) {
            assertThat(decoder.done()).isFalse();
            decoder.decode(wire.readSlice(Math.min(piece, wire.readableBytes())), collecting(content));
        }
        assertThat(decoder.done()).isTrue();
        assertThat(content).hasToString(sent.toString());
        channel.finishAndReleaseAll();
    }

    private static BodyDecoder chunked() {
        BodyDecoder decoder = new BodyDecoder();
        decoder.begin(Framing.CHUNKED, 0);
        return decoder;
    }

    private static BodySink collecting(StringBuilder content) {
        return piece -> {
            content.append(piece.toString(StandardCharsets.US_ASCII));
            piece.release();
        };
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
