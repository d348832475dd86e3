package dev.steelyard.dataplane.listener;

import io.netty.channel.ChannelConfig;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How many connections a listening socket accepts each time that epoll says there are some: one as long as they come singly, since a look for the
 * next that is not there is a system call for nothing; twice as many as the last time, at most {@value #MOST}, while there are more.
 */
final class AcceptBatch extends DefaultMaxMessagesRecvByteBufAllocator {

    /** Those that are connected already wait no longer for the loop than accepting so many takes: below a millisecond. */
    static final int MOST = 16;

    AcceptBatch() {
        super(MOST);
    }

    @Override
    public ExtendedHandle newHandle() {
        return new Batch();
    }

    private final class Batch extends MaxMessageHandle {

        private int most = 1;
        private int taken;

        @Override
        public void reset(ChannelConfig config) {
            super.reset(config);
            taken = 0;
        }

        @Override
        public int guess() {
            return 1; // nothing is read into a buffer
        }

        /** @param result a descriptor, or -1 if no connection waits */
        @Override
        public void lastBytesRead(int result) {
            super.lastBytesRead(result);
            if (result < 0) {
                most = 1;
                taken = 0;
            } else {
                taken++;
            }
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return taken < most && super.continueReading(UncheckedBooleanSupplier.TRUE_SUPPLIER);
        }

        @Override
        public void readComplete() {
            if (taken == most) {
                most = Math.min(2 * most, MOST);
            }
        }
    }
}
