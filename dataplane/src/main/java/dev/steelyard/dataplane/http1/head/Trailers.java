package dev.steelyard.dataplane.http1.head;

import io.netty.buffer.ByteBuf;

/**
 * The trailer fields of a chunked body (RFC 9112 section 7.1.2). Fields that frame, route, authenticate or control a message have no business
 * there and are dropped (RFC 9110 section 6.5.1), and so are fields about one connection or about the client.
 */
public final class Trailers extends MessageHead {

    private static final int MAX_BYTES = 8_192;

    public Trailers() {
        begin();
    }

    /** Begins anew. */
    public void begin() {
        reset(MAX_BYTES);
        noStartLine();
    }

    /** Ends trailers that did not come in lines (HTTP/2), after {@link #begin} and {@link #add} for each. */
    public void end() throws MalformedMessage {
        allAdded();
    }

    @Override
    boolean startLine(byte[] line, int from, int to) {
        throw new IllegalStateException("trailers have no start line");
    }

    @Override
    void complete() {
        for (int i = 0; i < count(); i++) {
            if (!field(i).open()) {
                drop(i);
            }
        }
    }

    @Override
    MalformedMessage tooLong(boolean inFields) {
        return MalformedMessage.refused(431, "the trailer fields are too large");
    }

    /** Writes those that may be passed on, without the empty line. */
    public void write(ByteBuf out) {
        writeFields(out);
    }
}
