package dev.steelyard.dataplane.http2.frame;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The octets with which every client begins (RFC 9113 section 3.4). */
public final class Preface {

    private static final byte[] OCTETS = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** How many there are. */
    public static final int BYTES = OCTETS.length;

    private int read;

    /** Writes them. */
    public static void write(ByteBuf out) {
        out.writeBytes(OCTETS);
    }

    /**
     * Takes the preface, or what there is of it.
     *
     * @return whether it has been read whole
     */
    public boolean read(ByteBuf in) throws Violation {
        while (read < OCTETS.length && in.isReadable()) {
            if (in.readByte() != OCTETS[read++]) {
                throw Violation.protocol("the preface is malformed");
            }
        }
        return read == OCTETS.length;
    }
}
