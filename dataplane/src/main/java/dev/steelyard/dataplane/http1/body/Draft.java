package dev.steelyard.dataplane.http1.body;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
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

        @Override
        protected void onRemoval(Draft draft) {
            draft.wire.release();
        }
    };

    private static final int CAPACITY = 4 * 1024;

    /** One that had to grow beyond this is not kept. */
    private static final int MOST_KEPT = 64 * 1024;

    /** All of the address space, for copies to addresses that a buffer tells. */
    private static final MemorySegment MEMORY = memory();

    private ByteBuf octets = Unpooled.buffer(CAPACITY);

    /** The memory of {@link #octets}, as long as that has not grown. */
    private byte[] array = octets.array();

    private MemorySegment segment = MemorySegment.ofArray(array);

    /** Where they are copied to that are sent at once. */
    private ByteBuf wire = Unpooled.directBuffer(CAPACITY);

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

    /**
     * Sends what has been written, as much as the kernel takes, and takes it off the draft.
     *
     * @return how many octets that were
     * @throws IOException if the connection is broken; nothing is sent then
     */
    static int send(Socket socket) throws IOException {
        Draft draft = OF_THIS_THREAD.get();
        int length = draft.octets.readableBytes();
        if (draft.wire.capacity() < length || draft.wire.capacity() > MOST_KEPT) {
            draft.wire.release();
            draft.wire = Unpooled.directBuffer(Math.max(length, CAPACITY));
        }
        if (!draft.wire.hasMemoryAddress()) {
            return 0;
        }
        draft.copyTo(draft.wire.clear());
        int sent = socket.sendAddress(draft.wire.memoryAddress(), 0, length);
        draft.octets.skipBytes(sent);
        return sent;
    }

    /** What has been written, in a buffer that can be sent; gives the draft back. */
    static ByteBuf copied(ByteBufAllocator allocator) {
        Draft draft = OF_THIS_THREAD.get();
        draft.owner = null;
        ByteBuf copy = allocator.ioBuffer(draft.octets.readableBytes());
        draft.copyTo(copy);
        return copy;
    }

    @SuppressWarnings("ReferenceEquality") // another array is other memory, whatever is in it
    private void copyTo(ByteBuf copy) {
        int length = octets.readableBytes();
        int from = octets.arrayOffset() + octets.readerIndex();
        if (copy.hasMemoryAddress()) {
            if (array != octets.array()) {
                array = octets.array();
                segment = MemorySegment.ofArray(array);
            }
            long to = copy.memoryAddress() + copy.writerIndex();
            MemorySegment.copy(segment, JAVA_BYTE, from, MEMORY, JAVA_BYTE, to, length);
            copy.writerIndex(copy.writerIndex() + length);
        } else {
            copy.writeBytes(octets.array(), from, length);
        }
    }

    /** Whoever has the draft needs it no more. */
    static void giveBack() {
        OF_THIS_THREAD.get().owner = null;
    }
}
