package dev.steelyard.dataplane.fastcgi;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import io.netty.buffer.ByteBuf;

/** Takes what a program sends, as it comes. */
public interface RecordSink {

    /** Takes a piece of its standard output, never empty, and its ownership. */
    void output(ByteBuf piece) throws MalformedMessage;

    /** Looks at a piece of its standard error, never empty; it stays the caller's. */
    void errors(ByteBuf piece);
}
