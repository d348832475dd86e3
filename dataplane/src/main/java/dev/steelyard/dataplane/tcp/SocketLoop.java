package dev.steelyard.dataplane.tcp;

import dev.steelyard.dataplane.transport.Deadlines;
import dev.steelyard.dataplane.transport.Turns;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What the socket relays of one event loop share. For its thread alone.
 *
 * <p>Above all one buffer: what is read from one side is in it only until the same call has given it to the other side's kernel. So a relay that
 * keeps up needs no memory of its own, and small messages stay in the processor's nearest cache.
 */
final class SocketLoop {

    /** The most that is read at once. */
    static final int BUFFER_BYTES = 512 * 1024;

    private final IoEventLoop loop;
    private final int index;
    private final Turns turns;
    private final Deadlines deadlines;
    private final ConnectionLog log;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final long address = MemorySegment.ofBuffer(buffer).address();

    SocketLoop(IoEventLoop loop, int index, Turns turns, Deadlines deadlines, ConnectionLog log) {
        this.loop = loop;
        this.index = index;
        this.turns = turns;
        this.deadlines = deadlines;
        this.log = log;
    }

    IoEventLoop loop() {
        return loop;
    }

    int index() {
        return index;
    }

    Turns turns() {
        return turns;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    ConnectionLog log() {
        return log;
    }

    /** Its content lasts until the next call of whatever writes into it. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Where {@link #buffer} is. */
    long address() {
        return address;
    }
}
