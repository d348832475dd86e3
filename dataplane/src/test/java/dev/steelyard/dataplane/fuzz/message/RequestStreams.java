package dev.steelyard.dataplane.fuzz.message;

import dev.steelyard.dataplane.fuzz.Check;
import dev.steelyard.dataplane.fuzz.FuzzTarget;
import dev.steelyard.dataplane.http1.body.BodyDecoder;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests one after the other on a connection, read here and by Netty's codec: as far as both accept them, they see the same requests with
 * the same bodies.
 */
public final class RequestStreams implements FuzzTarget {

    private static final int LIMIT = 65_536;

    @Override
    public void feed(byte[] input) {
        List<String> ours = ours(input);
        List<String> nettys = nettys(input);
        for (int i = 0; i < Math.min(ours.size(), nettys.size()); i++) {
            Check.equal(ours.get(i), nettys.get(i), "request " + i);
        }
    }

    private static List<String> ours(byte[] input) {
        List<String> seen = new ArrayList<>();
        ByteBuf in = Unpooled.wrappedBuffer(input);
        RequestHead head = new RequestHead();
        BodyDecoder body = new BodyDecoder();
        try {
            while (head.begin(LIMIT).read(in)) {
                StringBuilder text = new StringBuilder(head.method() + " 1." + head.minorVersion());
                for (int i = 0; i < head.count(); i++) {
                    field(text, head.name(i), head.value(i));
                }
                body.begin(head.framing(), head.contentLength());
                StringBuilder content = new StringBuilder();
                body.decode(in, data -> {
                    content.append(data.toString(StandardCharsets.ISO_8859_1));
                    data.release();
                });
                if (!body.done()) {
                    break;
                }
                seen.add(text + "\n" + content);
            }
        } catch (MalformedMessage refused) {
            return seen;
        }
        return seen;
    }

    private static List<String> nettys(byte[] input) {
        List<String> seen = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel(new HttpRequestDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(LIMIT)
                .setMaxHeaderSize(LIMIT)
                .setChunkedSupported(true)));
        StringBuilder text = new StringBuilder();
        try {
            channel.writeInbound(Unpooled.copiedBuffer(input));
            for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
                if (failed(message)) {
                    ReferenceCountUtil.release(message);
                    break;
                }
                if (message instanceof HttpRequest request) {
                    text = new StringBuilder(request.method().name() + " 1."
                            + request.protocolVersion().minorVersion());
                    for (var field : request.headers()) {
                        field(text, field.getKey(), field.getValue());
                    }
                    text.append('\n');
                }
                if (message instanceof HttpContent content) {
                    text.append(content.content().toString(StandardCharsets.ISO_8859_1));
                }
                if (message instanceof LastHttpContent) {
                    seen.add(text.toString());
                }
                ReferenceCountUtil.release(message);
            }
        } finally {
            channel.finishAndReleaseAll();
        }
        return seen;
    }

    private static void field(StringBuilder text, String name, String value) {
        text.append('|').append(name).append('=').append(value);
    }

    private static boolean failed(Object message) {
        return message instanceof DecoderResultProvider result
                && result.decoderResult().isFailure();
    }
}
