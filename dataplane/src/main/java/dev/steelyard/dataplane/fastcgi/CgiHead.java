package dev.steelyard.dataplane.fastcgi;

import dev.steelyard.dataplane.http1.head.MalformedMessage;
import dev.steelyard.dataplane.http1.head.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

/**
 * Reads the fields that a program's output begins with (RFC 3875 section 6.3), in pieces of any size, and brings them into a {@link
 * ResponseHead}, which checks them as it checks any response. Lines end in LF or CR LF. {@code Status} becomes the status; without it {@code
 * Location} makes 302, also where RFC 3875 would have the server look up the path itself, as browsers do that as well; anything else is 200.
 * Fields about a connection mean nothing here and are dropped. Reusable.
 */
public final class CgiHead {

    private static final byte[] STATUS = ascii("status");
    private static final byte[] LOCATION = ascii("location");
    private static final byte[] VERSION = ascii("HTTP/1.1 ");
    private static final byte[] CRLF = ascii("\r\n");
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");
    private static final int MAX_OCTETS = ResponseHead.MAX_BYTES - 256;

    private byte[] octets = new byte[1024];
    private int length;
    private int lineStart;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Begins a response. */
    public void begin() {
        length = 0;
        lineStart = 0;
    }

    /** Whether anything has come. */
    public boolean begun() {
        return length > 0;
    }

    /**
     * Takes what belongs to the fields, and no more. Does not release {@code in}.
     *
     * @param head has begun; filled once this returns true
     * @return whether the fields are complete; if not, {@code in} is used up
     * @throws MalformedMessage if they are no response's
     */
    public boolean read(ByteBuf in, ResponseHead head) throws MalformedMessage {
        while (in.isReadable()) {
            int lf = in.bytesBefore((byte) '\n');
            int piece = lf < 0 ? in.readableBytes() : lf + 1;
            if (length + piece > MAX_OCTETS) {
                throw MalformedMessage.bad("the fields of the response are too large");
            }
            if (octets.length < length + piece) {
                octets = Arrays.copyOf(octets, Math.max(length + piece, octets.length * 2));
            }
            in.readBytes(octets, length, piece);
            length += piece;
            if (lf >= 0) {
                int end = lineEnd(lineStart, length);
                if (end == lineStart) {
                    fill(head);
                    return true;
                }
                lineStart = length;
            }
        }
        return false;
    }

    /** Where a line's content ends, given where the line does. */
    private int lineEnd(int from, int to) {
        int end = to - 1;
        return end > from && octets[end - 1] == '\r' ? end - 1 : end;
    }

    private void fill(ResponseHead head) throws MalformedMessage {
        if (lineStart == 0) {
            throw MalformedMessage.bad("the response has no fields");
        }
        ByteBuf lines = Unpooled.buffer(length + 64);
        int statusFrom = -1;
        int statusTo = -1;
        boolean location = false;
        int at = 0;
        while (at < lineStart) {
            int next = at;
            while (octets[next] != '\n') {
                next++;
            }
            next++;
            int end = lineEnd(at, next);
            int nameEnd = at;
            while (nameEnd < end && octets[nameEnd] != ':') {
                nameEnd++;
            }
            if (named(STATUS, at, nameEnd)) {
                if (statusFrom >= 0) {
                    throw MalformedMessage.bad("there is more than one Status");
                }
                statusFrom = Math.min(nameEnd + 1, end);
                statusTo = end;
            } else if (!OF_CONNECTIONS.contains(lowerCase(at, nameEnd))) {
                location |= named(LOCATION, at, nameEnd);
                lines.writeBytes(octets, at, end - at).writeBytes(CRLF);
            }
            at = next;
        }
        lines.writeBytes(CRLF);
        ByteBuf start = Unpooled.buffer(64).writeBytes(VERSION);
        if (statusFrom < 0) {
            start.writeBytes(ascii(location ? "302 Found" : "200 OK"));
        } else {
            while (statusFrom < statusTo && octets[statusFrom] == ' ') {
                statusFrom++;
            }
            start.writeBytes(octets, statusFrom, statusTo - statusFrom);
        }
        start.writeBytes(CRLF);
        if (!head.read(Unpooled.wrappedBuffer(start, lines)) || head.status() < 200) {
            throw MalformedMessage.bad("the status of the response is none");
        }
    }

    private boolean named(byte[] lower, int from, int to) {
        if (to - from != lower.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if ((octets[from + i] | 0x20) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    private String lowerCase(int from, int to) {
        byte[] name = new byte[Math.min(to - from, 32)];
        for (int i = 0; i < name.length; i++) {
            byte octet = octets[from + i];
            name[i] = octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
        }
        return new String(name, StandardCharsets.ISO_8859_1);
    }
}
