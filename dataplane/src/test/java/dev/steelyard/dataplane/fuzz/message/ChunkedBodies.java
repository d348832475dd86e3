package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.Cuts;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.body.BodyDecoder;
import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Chunked bodies are read alike wherever they are split, trailers included. The first two octets choose where. */
public final class ChunkedBodies implements FuzzTarget {

    @Override
    public void feed(byte[] input) {
        if (input.length < 4) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 2, input.length);
        Check.equal(outcome(octets, Cuts.of(input, octets.length)), outcome(octets), "read in pieces");
    }

    private static String outcome(byte[] octets, int... cuts) {
        BodyDecoder decoder = new BodyDecoder();
        decoder.begin(Framing.CHUNKED, 0);
        StringBuilder content = new StringBuilder();
        int from = 0;
        try {
            for (int i = 0; i <= cuts.length && !decoder.done(); i++) {
                int to = i < cuts.length ? cuts[i] : octets.length;
                ByteBuf piece = Unpooled.wrappedBuffer(octets, from, to - from);
                decoder.decode(piece, data -> {
                    content.append(data.toString(StandardCharsets.ISO_8859_1));
                    data.release();
                });
                from = to - piece.readableBytes();
                Check.holds(decoder.done() || !piece.isReadable(), "octets left though the body goes on");
            }
        } catch (MalformedMessage refused) {
            return content + " refused " + refused.status();
        }
        if (!decoder.done()) {
            return content + " incomplete";
        }
        Trailers trailers = decoder.trailers();
        ByteBuf written = Unpooled.buffer();
        if (trailers != null) {
            trailers.write(written);
        }
        return content + " trailers " + written.toString(StandardCharsets.ISO_8859_1) + " left "
                + (octets.length - from);
    }
}
