package dev.steelyard.dataplane.fields;

import io.netty.buffer.ByteBuf;

/** Writes lists of fields, compressed. */
public interface FieldSink {

    /** To be called before the first field of each list. */
    void begin(ByteBuf out);

    /** Writes {@code :status}, 100..599. */
    void status(int status, ByteBuf out);

    /** Writes a field; its name is put into lower case. */
    void field(byte[] octets, int nameFrom, int nameTo, byte[] value, int from, int to, ByteBuf out);
}
