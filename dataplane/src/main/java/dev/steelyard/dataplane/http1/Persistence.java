package dev.steelyard.dataplane.http1;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a response says of its connection. A client that asks for {@code keep-alive} is told for how long ({@code Keep-Alive: timeout}, RFC 2068
 * section 19.7.1), so that it need not send a request just as the connection ends.
 */
final class Persistence {

    /** The most that {@link #write} writes. */
    static final int BYTES = 64;

    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] TIMEOUT = ascii("Keep-Alive: timeout=");

    private Persistence() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes the fields.
     *
     * @param goesOn whether the connection does
     * @param asked whether the client has asked for that
     * @param seconds for which it waits for the next request; 0: not to be said
     */
    static void write(boolean goesOn, boolean asked, long seconds, ByteBuf out) {
        if (!goesOn) {
            out.writeBytes(CLOSE);
        } else if (asked) {
            out.writeBytes(KEEP_ALIVE);
            if (seconds > 0) {
                out.writeBytes(TIMEOUT);
                out.writeCharSequence(Long.toString(seconds), StandardCharsets.US_ASCII);
                out.writeByte('\r').writeByte('\n');
            }
        }
    }
}
