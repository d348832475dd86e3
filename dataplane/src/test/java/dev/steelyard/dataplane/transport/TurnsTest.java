package dev.steelyard.dataplane.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TurnsTest {

    @Test
    void aTaskRunsOnceAtTheEndOfTheTurnInWhichItWasAsked() {
        Turns turns = new Turns();
        List<String> done = new ArrayList<>();
        turns.begin();
        turns.atEnd(() -> done.add("first"));
        assertThat(done).isEmpty();
        turns.end();
        assertThat(done).containsExactly("first");
        turns.begin();
        turns.end();
        assertThat(done).containsExactly("first");
    }

    @Test
    void whatATaskAsksForIsDoneAfterTheNextLook() {
        Turns turns = new Turns();
        List<Long> done = new ArrayList<>();
        turns.begin();
        turns.atEnd(() -> turns.atEnd(() -> done.add(turns.count())));
        turns.end();
        assertThat(done).isEmpty();
        assertThat(turns.isDue()).isTrue();
        turns.begin();
        turns.end();
        assertThat(done).containsExactly(2L);
        assertThat(turns.isDue()).isFalse();
    }

    @Test
    void aTaskThatFailsKeepsNoOtherFromRunning() {
        Turns turns = new Turns();
        List<String> done = new ArrayList<>();
        turns.begin();
        turns.atEnd(() -> {
            throw new IllegalStateException("on purpose");
        });
        turns.atEnd(() -> done.add("second"));
        turns.end();
        assertThat(done).containsExactly("second");
    }

    @Test
    void theClockStandsStillWithinATurn() {
        Turns turns = new Turns();
        turns.begin();
        long nanos = turns.nanos();
        assertThat(turns.nanos()).isEqualTo(nanos);
        turns.end();
        turns.begin();
        assertThat(turns.nanos()).isGreaterThanOrEqualTo(nanos);
    }

    /** Nothing else would wake this loop. */
    @Test
    @Timeout(30)
    void anIdleLoopDoesNotWaitForEventsFirst() throws Exception {
        try (EventLoops loops = EventLoops.start(EventLoops.Transport.EPOLL, 1)) {
            EventLoop loop = loops.get(0);
            Turns turns = requireNonNull(loops.turns(loop));
            CompletableFuture<Long> later = new CompletableFuture<>();
            loop.execute(() -> {
                long asked = turns.count();
                turns.atEnd(() -> turns.atEnd(() -> later.complete(turns.count() - asked)));
            });
            assertThat(later.get(20, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }
}
