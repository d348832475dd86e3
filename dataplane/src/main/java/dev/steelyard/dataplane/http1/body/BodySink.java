package dev.steelyard.dataplane.http1.body;

import io.netty.buffer.ByteBuf;

/** Takes the content of a body as it comes. */
@FunctionalInterface
public interface BodySink {

    /** Takes a piece, never empty, and its ownership. */
    void data(ByteBuf piece);

    /**
     * Takes a piece that is part of a buffer; the buffer stays the caller's.
     *
     * @param length octets to be read from it
     */
    default void data(ByteBuf from, int length) {
        data(from.readRetainedSlice(length));
    }
}
