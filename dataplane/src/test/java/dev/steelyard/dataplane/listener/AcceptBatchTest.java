package dev.steelyard.dataplane.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class AcceptBatchTest {

    private static final int DESCRIPTOR = 42;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final ChannelConfig config = socket.config();
    private final ExtendedHandle batch = new AcceptBatch().newHandle();

    /** One round of what a listening socket does when epoll says that connections wait; returns how often it called accept. */
    private int round(int waiting) {
        batch.reset(config);
        int calls = 0;
        do {
            batch.lastBytesRead(calls < waiting ? DESCRIPTOR : -1);
            calls++;
            if (batch.lastBytesRead() < 0) {
                break;
            }
            batch.incMessagesRead(1);
        } while (batch.continueReading(() -> false));
        batch.readComplete();
        return calls;
    }

    @Test
    void moreAreTakenAtOnceAsLongAsMoreWait() {
        assertThat(round(100)).isEqualTo(1);
        assertThat(round(100)).isEqualTo(2);
        assertThat(round(100)).isEqualTo(4);
        assertThat(round(100)).isEqualTo(8);
        assertThat(round(100)).isEqualTo(AcceptBatch.MOST);
        assertThat(round(100)).isEqualTo(AcceptBatch.MOST);
    }

    @Test
    void onlyOneIsLookedForAfterNoneWasLeft() {
        round(1);
        assertThat(round(1)).as("the second was not there").isEqualTo(2);
        assertThat(round(1)).isEqualTo(1);
    }

    @Test
    void nobodyIsAcceptedAfterTheSocketHasBeenPaused() {
        round(100);
        round(100);
        config.setAutoRead(false);
        assertThat(round(100)).isEqualTo(1);
    }
}
