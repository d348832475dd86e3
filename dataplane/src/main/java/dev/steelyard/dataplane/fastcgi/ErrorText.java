package dev.steelyard.dataplane.fastcgi;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The beginning of what one request's program wrote to its standard error, as one line that is safe to log. Reusable. */
public final class ErrorText {

    private static final int MAX_OCTETS = 2_048;

    private byte[] octets = {};
    private int length;
    private boolean more;

    /** Begins anew. */
    public void begin() {
        length = 0;
        more = false;
    }

    /** Adds a piece, which stays the caller's. */
    public void add(ByteBuf piece) {
        if (octets.length == 0) {
            octets = new byte[MAX_OCTETS];
        }
        int taken = Math.min(piece.readableBytes(), MAX_OCTETS - length);
        piece.getBytes(piece.readerIndex(), octets, length, taken);
        length += taken;
        more |= taken < piece.readableBytes();
    }

    /** Whether anything was written. */
    public boolean isEmpty() {
        return length == 0;
    }

    /** What was written: ends of lines as {@code \n}, other control characters as question marks. */
    public String line() {
        StringBuilder line = new StringBuilder(new String(octets, 0, length, StandardCharsets.UTF_8).strip());
        for (int i = line.length() - 1; i >= 0; i--) {
            char c = line.charAt(i);
            if (c == '\n') {
                line.replace(i, i + 1, "\\n");
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.setCharAt(i, '?');
            }
        }
        return more ? line.append(" ...").toString() : line.toString();
    }
}
