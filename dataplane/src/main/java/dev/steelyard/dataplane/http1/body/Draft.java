package dev.steelyard.dataplane.http1.body;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.FastThreadLocal;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What is being written to one connection, put together on the heap, where many small pieces cost little, and copied once. There is one for
 * each thread: whoever needs it next has what is in it passed on first.
 */
final class Draft {

    private static final FastThreadLocal<Draft> OF_THIS_THREAD = new FastThreadLocal<>() {
        @Override
        protected Draft initialValue() {
            return new Draft();
        }
    };

    private static final int CAPACITY = 4 * 1024;

    /** One that had to grow beyond this is not kept. */
    private static final int MOST_KEPT = 64 * 1024;

    /** All of the address space, for copies to addresses that a buffer tells. */
    private static final MemorySegment MEMORY = memory();

    private ByteBuf octets = Unpooled.buffer(CAPACITY);
    private @Nullable Outbound owner;

    private Draft() {}

    @SuppressWarnings("restricted") // bounds are those of the buffer that is copied to
    private static MemorySegment memory() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** An empty buffer with room for so many octets, until {@link #copied} or {@link #giveBack}. */
    static ByteBuf lend(Outbound to, int bytes) {
        Draft draft = OF_THIS_THREAD.get();
        // What is passed on may fail at once, and whoever hears of that may write something, too.
        for (Outbound before = draft.owner; before != null; before = draft.owner) {
            before.passOn();
        }
        draft.owner = to;
        if (draft.octets.capacity() > MOST_KEPT) {
            draft.octets = Unpooled.buffer(CAPACITY);
        }
        return draft.octets.clear().ensureWritable(bytes);
    }

    /** What has been written, in a buffer that can be sent; gives the draft back. */
    static ByteBuf copied(ByteBuf written, ByteBufAllocator allocator) {
        giveBack();
        int length = written.readableBytes();
        int from = written.arrayOffset() + written.readerIndex();
        ByteBuf copy = allocator.ioBuffer(length);
        if (copy.hasMemoryAddress()) {
            long to = copy.memoryAddress() + copy.writerIndex();
            MemorySegment.copy(MemorySegment.ofArray(written.array()), JAVA_BYTE, from, MEMORY, JAVA_BYTE, to, length);
            return copy.writerIndex(copy.writerIndex() + length);
        }
        return copy.writeBytes(written.array(), from, length);
    }

    /** Whoever has the draft needs it no more. */
    static void giveBack() {
        OF_THIS_THREAD.get().owner = null;
    }
}
