package dev.steelyard.dataplane.http1.body;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.Octets;
import dev.steelyard.dataplane.http1.head.Trailers;
import io.netty.buffer.ByteBuf;

/**
 * Takes the chunked coding off a body (RFC 9112 section 7.1). Chunk extensions are checked, counted and left out. Fed in pieces of any size.
 */
final class ChunkedDecoder {

    private static final int MAX_SIZE_DIGITS = 15;
    private static final int MAX_EXTENSION = 256;
    private static final int MAX_EXTENSIONS = 8_192;

    private final Trailers trailers = new Trailers();
    private State state = State.SIZE;
    private long remaining;
    private int digits;
    private int extension;
    private int extensions;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILERS,
        DONE
    }

    void begin() {
        state = State.SIZE;
        remaining = 0;
        digits = 0;
        extensions = 0;
    }

    boolean done() {
        return state == State.DONE;
    }

    Trailers trailers() {
        return trailers;
    }

    void decode(ByteBuf in, BodySink sink) throws MalformedMessage {
        while (state != State.DONE && in.isReadable()) {
            switch (state) {
                case SIZE -> size(in.readByte());
                case EXTENSION -> extension(in.readByte());
                case SIZE_LF -> {
                    expect(in, '\n');
                    sizeRead();
                }
                case DATA -> data(in, sink);
                case DATA_CR -> {
                    expect(in, '\r');
                    state = State.DATA_LF;
                }
                case DATA_LF -> {
                    expect(in, '\n');
                    state = State.SIZE;
                    digits = 0;
                }
                case TRAILERS -> {
                    if (trailers.read(in)) {
                        state = State.DONE;
                    }
                }
                case DONE -> throw new IllegalStateException("the body is complete");
            }
        }
    }

    private void size(byte octet) throws MalformedMessage {
        int digit = Octets.hex(octet);
        if (digit >= 0) {
            if (++digits > MAX_SIZE_DIGITS) {
                throw MalformedMessage.bad("a chunk size is too large");
            }
            remaining = remaining << 4 | digit;
        } else if (digits == 0) {
            throw MalformedMessage.bad("a chunk size is malformed");
        } else if (octet == ';') {
            extension = 0;
            state = State.EXTENSION;
        } else if (octet == '\r') {
            state = State.SIZE_LF;
        } else {
            throw MalformedMessage.bad("a chunk size is malformed");
        }
    }

    private void extension(byte octet) throws MalformedMessage {
        if (octet == '\r') {
            state = State.SIZE_LF;
        } else if (!Octets.is(Octets.FIELD, octet)) {
            throw MalformedMessage.bad("a chunk extension is malformed");
        } else if (++extension > MAX_EXTENSION || ++extensions > MAX_EXTENSIONS) {
            throw MalformedMessage.bad("chunk extensions are too large");
        }
    }

    private void sizeRead() {
        if (remaining > 0) {
            state = State.DATA;
        } else {
            trailers.begin();
            state = State.TRAILERS;
        }
    }

    private void data(ByteBuf in, BodySink sink) {
        int length = (int) Math.min(remaining, in.readableBytes());
        remaining -= length;
        if (remaining == 0) {
            state = State.DATA_CR;
        }
        sink.data(in, length);
    }

    private static void expect(ByteBuf in, char wanted) throws MalformedMessage {
        if (in.readByte() != wanted) {
            throw MalformedMessage.bad("a chunk does not end in CR LF");
        }
    }
}
