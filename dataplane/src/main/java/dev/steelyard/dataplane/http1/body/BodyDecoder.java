package dev.steelyard.dataplane.http1.body;

import dev.steelyard.dataplane.http1.head.Framing;
import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Takes the content out of a body, by its framing (RFC 9112 section 6). Reusable. */
public final class BodyDecoder {

    private Framing framing = Framing.NONE;
    private long remaining;
    private @Nullable ChunkedDecoder chunked;

    /**
     * Begins a body.
     *
     * @param length octets with {@link Framing#LENGTH}
     */
    public void begin(Framing bodyFraming, long length) {
        framing = bodyFraming;
        remaining = length;
        if (bodyFraming == Framing.CHUNKED) {
            if (chunked == null) {
                chunked = new ChunkedDecoder();
            }
            chunked.begin();
        }
    }

    /**
     * Passes on what {@code in} holds of the body, and leaves what follows it. Does not release {@code in}.
     *
     * @throws MalformedMessage if the body is refused; pieces before the fault have been passed on
     */
    public void decode(ByteBuf in, BodySink sink) throws MalformedMessage {
        switch (framing) {
            case NONE -> {}
            case LENGTH -> {
                int length = (int) Math.min(remaining, in.readableBytes());
                if (length > 0) {
                    remaining -= length;
                    sink.data(in, length);
                }
            }
            case CHUNKED -> chunks().decode(in, sink);
            case UNTIL_CLOSE -> {
                if (in.isReadable()) {
                    sink.data(in, in.readableBytes());
                }
            }
        }
    }

    /** Whether the body has ended; with {@link Framing#UNTIL_CLOSE}, never. */
    public boolean done() {
        return switch (framing) {
            case NONE -> true;
            case LENGTH -> remaining == 0;
            case CHUNKED -> chunks().done();
            case UNTIL_CLOSE -> false;
        };
    }

    /** The trailer fields of a chunked body that is done, until the next one begins; null if there are none. */
    public @Nullable Trailers trailers() {
        return framing == Framing.CHUNKED && chunks().trailers().count() > 0 ? chunks().trailers() : null;
    }

    private ChunkedDecoder chunks() {
        if (chunked == null) {
            throw new IllegalStateException("no chunked body has begun");
        }
        return chunked;
    }
}
