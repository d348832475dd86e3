package dev.steelyard.dataplane.sni;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ClientHello that a TLS connection begins with (RFC 8446 sections 4.1.2 and 5.1, RFC 5246 section 7.4.1.2), which may be spread
 * over several records, and finds the server name in it. One for each connection. The bytes themselves are left as they are.
 */
public final class ClientHelloReader {

    /** Longest ClientHello with the headers of its records: post-quantum key shares and many extensions fit; what is longer is no browser's. */
    public static final int MAX_BYTES = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int LARGEST_FRAGMENT = 1 << 14;

    /** Fewer bytes than these cannot be enough, as what has come before shows. */
    private int needed = RECORD_HEADER;

    /**
     * Reads, if all of it is there.
     *
     * @param in all that has come so far; not changed
     * @return the name asked for, lower case, without a trailing dot; empty if none is; null if more is needed
     * @throws MalformedHello if this cannot become a ClientHello
     */
    public @Nullable String read(ByteBuf in) throws MalformedHello {
        if (in.isReadable() && in.getUnsignedByte(in.readerIndex()) != HANDSHAKE) {
            throw new MalformedHello("no TLS handshake");
        }
        if (in.readableBytes() < needed) {
            return null;
        }
        ByteBuf message = Unpooled.buffer(Math.min(in.readableBytes(), MAX_BYTES), MAX_BYTES);
        int at = 0;
        while (true) {
            int fragment = fragment(in, at);
            if (fragment < 0) {
                return null;
            }
            message.writeBytes(in, in.readerIndex() + at + RECORD_HEADER, fragment);
            at += RECORD_HEADER + fragment;
            String name = whole(message);
            if (name != null) {
                return name;
            }
        }
    }

    /** The length of the fragment in the record at {@code at}; negative if it is not all there. */
    private int fragment(ByteBuf in, int at) throws MalformedHello {
        if (in.readableBytes() < at + RECORD_HEADER) {
            return wait(at + RECORD_HEADER);
        }
        int start = in.readerIndex() + at;
        // The record's version is meaningless but for its first half (RFC 8446 section 5.1).
        if (in.getUnsignedByte(start) != HANDSHAKE || in.getUnsignedByte(start + 1) != 3) {
            throw new MalformedHello("no TLS handshake");
        }
        int fragment = in.getUnsignedShort(start + 3);
        if (fragment == 0 || fragment > LARGEST_FRAGMENT) {
            throw new MalformedHello("a record of " + fragment + " bytes");
        }
        if (in.readableBytes() < at + RECORD_HEADER + fragment) {
            return wait(at + RECORD_HEADER + fragment);
        }
        return fragment;
    }

    private int wait(int bytes) throws MalformedHello {
        if (bytes > MAX_BYTES) {
            throw new MalformedHello("longer than " + MAX_BYTES + " bytes");
        }
        needed = bytes;
        return -1;
    }

    /** The name in a message; null if the message goes on in the next record. */
    private static @Nullable String whole(ByteBuf message) throws MalformedHello {
        if (message.getUnsignedByte(0) != CLIENT_HELLO) {
            throw new MalformedHello("a handshake that does not begin with a ClientHello");
        }
        if (message.readableBytes() < MESSAGE_HEADER) {
            return null;
        }
        int length = message.getUnsignedMedium(1);
        if (length > MAX_BYTES - RECORD_HEADER - MESSAGE_HEADER) {
            throw new MalformedHello("longer than " + MAX_BYTES + " bytes");
        }
        int rest = message.readableBytes() - MESSAGE_HEADER;
        if (rest > length) {
            throw new MalformedHello("something behind the ClientHello in its record");
        }
        return rest < length ? null : ServerNames.find(message.slice(MESSAGE_HEADER, length));
    }
}
