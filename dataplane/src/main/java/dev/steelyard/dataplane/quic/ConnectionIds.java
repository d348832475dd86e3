package dev.steelyard.dataplane.quic;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** The numbers of the connections of one event loop: its own number, and then whatever nobody can foresee. */
final class ConnectionIds implements QuicConnectionIdGenerator {

    /** Octets of each. */
    static final int LENGTH = 16;

    private static final int LONG_HEADER = 0x80;
    private static final int SHORT_DESTINATION = 1;
    private static final int LONG_DESTINATION = 6;
    private static final int LONG_LENGTH = 5;

    private final SecureRandom random = new SecureRandom();
    private final byte loop;

    ConnectionIds(int loop) {
        this.loop = (byte) loop;
    }

    /**
     * The loop that a packet belongs to, if one of ours chose the number of its connection: a client that begins may have chosen one that
     * looks like it, which does no harm. -1 if none did.
     */
    static int loopOf(ByteBuf packet) {
        int at = packet.readerIndex();
        int length = packet.readableBytes();
        if (length <= LONG_DESTINATION + LENGTH) {
            return -1;
        }
        if ((packet.getByte(at) & LONG_HEADER) == 0) {
            return packet.getUnsignedByte(at + SHORT_DESTINATION);
        }
        return packet.getUnsignedByte(at + LONG_LENGTH) == LENGTH ? packet.getUnsignedByte(at + LONG_DESTINATION) : -1;
    }

    @Override
    public ByteBuffer newId(int length) {
        byte[] id = new byte[length];
        random.nextBytes(id);
        id[0] = loop;
        return ByteBuffer.wrap(id);
    }

    @Override
    public ByteBuffer newId(ByteBuffer input, int length) {
        return newId(length);
    }

    @Override
    public int maxConnectionIdLength() {
        return LENGTH;
    }

    @Override
    public boolean isIdempotent() {
        return false;
    }
}
