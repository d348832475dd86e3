package dev.steelyard.dataplane.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.util.UncheckedBooleanSupplier;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * Reads short messages into one buffer that all connections of a thread are lent in turn, for as long as each lets go of it before the next
 * read: so most messages are read without any allocation, into memory that the processor has at hand. Whoever keeps it keeps it, and the
 * thread takes another. Connections that read much get buffers of their own, of the size that they need, and let others have their turn after
 * {@link #FAIR_SHARE}.
 */
public final class LentReads extends AdaptiveRecvByteBufAllocator {

    /**
     * Octets that are read from one connection in a turn, and the rest of the read that goes beyond: so none waits long for many that have
     * much to tell, and a look at all of them costs next to nothing for each octet.
     */
    public static final int FAIR_SHARE = 256 * 1024;

    private static final int OCTETS = 8 * 1024;

    private static final LentReads READS = new LentReads();

    private static final FastThreadLocal<Lent> OF_THIS_THREAD = new FastThreadLocal<>() {
        @Override
        protected Lent initialValue() {
            return new Lent();
        }

        @Override
        protected void onRemoval(Lent lent) {
            lent.letGo();
        }
    };

    private LentReads() {}

    /** For any number of channels. */
    public static RecvByteBufAllocator reads() {
        return READS;
    }

    @Override
    @SuppressWarnings("deprecation") // there is no other handle
    public Handle newHandle() {
        return new Lending((ExtendedHandle) super.newHandle());
    }

    private static final class Lending extends DelegatingHandle implements ExtendedHandle {

        private final ExtendedHandle sizes;

        /** Octets in this turn. */
        private int taken;

        Lending(ExtendedHandle sizes) {
            super(sizes);
            this.sizes = sizes;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return sizes.guess() > OCTETS
                    ? sizes.allocate(allocator)
                    : OF_THIS_THREAD.get().lend(allocator);
        }

        @Override
        public void reset(ChannelConfig config) {
            taken = 0;
            super.reset(config);
        }

        @Override
        public void lastBytesRead(int octets) {
            taken += Math.max(0, octets);
            super.lastBytesRead(octets);
        }

        @Override
        public boolean continueReading() {
            return taken < FAIR_SHARE && super.continueReading();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier more) {
            return taken < FAIR_SHARE && sizes.continueReading(more);
        }
    }

    /** The buffer of one thread. */
    private static final class Lent {

        private @Nullable ByteBuf buffer;

        ByteBuf lend(ByteBufAllocator allocator) {
            ByteBuf free = buffer;
            if (free == null || free.refCnt() > 1) {
                letGo();
                free = allocator.ioBuffer(OCTETS, OCTETS);
                buffer = free;
            }
            return free.clear().retain();
        }

        void letGo() {
            if (buffer != null) {
                buffer.release();
                buffer = null;
            }
        }
    }
}
