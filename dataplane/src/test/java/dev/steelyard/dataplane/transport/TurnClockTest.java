package dev.steelyard.dataplane.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.transport.EventLoops.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TurnClockTest {

    @Test
    void itStandsStillWithinATurn() {
        TurnClock clock = new TurnClock();
        long first = clock.now();
        long later = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2);
        while (System.nanoTime() < later) {
            Thread.onSpinWait();
        }
        assertThat(clock.now()).isEqualTo(first);
        clock.turn();
        assertThat(clock.now()).isGreaterThanOrEqualTo(first + TimeUnit.MILLISECONDS.toNanos(2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Transport.class,
            names = {"EPOLL", "NIO"})
    void aLoopThatHasWaitedDoesNotLiveInThePast(Transport transport) throws Exception {
        try (EventLoops loops = EventLoops.start(transport, 1)) {
            Deadlines deadlines = loops.deadlines(0);
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                // Each comes after a wait of its own, as nothing else wakes the loop.
                loops.get(0)
                        .schedule(() -> times.add(deadlines.now()), 20, TimeUnit.MILLISECONDS)
                        .get(20, TimeUnit.SECONDS);
            }
            assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
            assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(19));
        }
    }
}
