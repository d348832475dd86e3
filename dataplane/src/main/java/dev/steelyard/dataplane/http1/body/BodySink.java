package dev.steelyard.dataplane.http1.body;

import io.netty.buffer.ByteBuf;

/** Takes the content of a body as it comes. */
@FunctionalInterface
public interface BodySink {

    /** Takes a piece, never empty, and its ownership. */
    void data(ByteBuf piece);
}
