package dev.steelyard.dataplane.udp;

import dev.steelyard.dataplane.transport.Turns;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** What the bare UDP sockets of one event loop share: its turns, and a buffer that each uses for as long as it reads one datagram. */
final class SocketLoop {

    /** More than the largest datagram that there is. */
    static final int BUFFER_BYTES = 1 << 16;

    private final Turns turns;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long address = MemorySegment.ofBuffer(memory).address();
    private final ByteBuf buffer = Unpooled.wrappedBuffer(memory);

    SocketLoop(Turns turns) {
        this.turns = turns;
    }

    Turns turns() {
        return turns;
    }

    ByteBuf buffer() {
        return buffer;
    }

    /** Where {@link #buffer} is. */
    long address() {
        return address;
    }
}
