package dev.steelyard.dataplane.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.dataplane.transport.Deadlines.Deadline;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> passed = new ArrayList<>();
    private Deadlines deadlines = new Deadlines(channel.eventLoop());

    @BeforeEach
    void freezeTime() {
        channel.freezeTime();
        deadlines = new Deadlines(channel.eventLoop());
    }

    private void advance(long millis) {
        for (long i = 0; i < millis; i += 10) {
            channel.advanceTimeBy(Math.min(10, millis - i), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void itPassesOnceNeverEarlyAndAtMostOneTickLate() {
        Deadline deadline = deadlines.deadline(() -> passed.add("a"));
        deadline.in(millis(300));
        advance(290);
        assertThat(passed).isEmpty();
        advance(70);
        assertThat(passed).containsExactly("a");
        advance(1_000);
        assertThat(passed).containsExactly("a");
    }

    @Test
    void itCanBeMovedLaterAndEarlierAndCancelled() {
        Deadline later = deadlines.deadline(() -> passed.add("later"));
        Deadline earlier = deadlines.deadline(() -> passed.add("earlier"));
        Deadline cancelled = deadlines.deadline(() -> passed.add("cancelled"));
        later.in(millis(100));
        earlier.in(millis(5_000));
        cancelled.in(millis(100));
        later.in(millis(1_000));
        earlier.in(millis(200));
        cancelled.cancel();
        advance(300);
        assertThat(passed).containsExactly("earlier");
        advance(800);
        assertThat(passed).containsExactly("earlier", "later");
    }

    /** A slow machine: so much time goes by during a look that the next tick has come before the look is over. */
    @Test
    void oneBeyondTheWheelIsMovedOnThoughTimeGoesByDuringALook() {
        Deadline far = deadlines.deadline(() -> passed.add("far"));
        far.in(TimeUnit.MINUTES.toNanos(5));
        Deadline slow = deadlines.deadline(() -> {
            passed.add("slow");
            channel.advanceTimeBy(Deadlines.TICK_NANOS, TimeUnit.NANOSECONDS);
        });
        slow.in(1_022 * Deadlines.TICK_NANOS);
        advance(TimeUnit.NANOSECONDS.toMillis(1_030 * Deadlines.TICK_NANOS));
        assertThat(passed).containsExactly("slow");
        advance(TimeUnit.MINUTES.toMillis(5));
        assertThat(passed).containsExactly("slow", "far");
    }

    @Test
    void oneBeyondTheWheelPassesInItsTime() {
        Deadline deadline = deadlines.deadline(() -> passed.add("a"));
        deadline.in(TimeUnit.MINUTES.toNanos(5));
        advance(TimeUnit.MINUTES.toMillis(5) - 10);
        assertThat(passed).isEmpty();
        advance(100);
        assertThat(passed).containsExactly("a");
    }

    @Test
    void whoPassesMayMoveAnyOther() {
        Deadline[] all = new Deadline[4];
        for (int i = 0; i < all.length; i++) {
            int self = i;
            all[i] = deadlines.deadline(() -> {
                passed.add("" + self);
                all[(self + 1) % 4].cancel();
                all[self].in(millis(100));
            });
            all[i].in(millis(100));
        }
        advance(160);
        assertThat(passed).containsExactly("3", "2", "1");
    }

    @Test
    void manyAtRandomPassEachInItsTime() {
        SplittableRandom random = new SplittableRandom(7);
        List<Long> late = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Deadline[] deadline = new Deadline[1];
            long[] due = new long[1];
            deadline[0] = deadlines.deadline(() -> late.add(deadlines.now() - due[0]));
            for (int move = 0; move < 3; move++) {
                due[0] = deadlines.now() + millis(random.nextInt(1, 120_000));
                deadline[0].at(due[0]);
            }
        }
        advance(121_000);
        assertThat(late).hasSize(2_000).allSatisfy(nanos -> assertThat(nanos).isBetween(0L, millis(61)));
    }

    @Test
    void oneThatFailsDoesNotKeepTheOthersFromPassing() {
        deadlines
                .deadline(() -> {
                    throw new IllegalStateException("no memory");
                })
                .in(millis(100));
        deadlines.deadline(() -> passed.add("same tick")).in(millis(100));
        deadlines.deadline(() -> passed.add("later")).in(millis(500));
        advance(1_000);
        assertThat(passed).containsExactly("same tick", "later");
        deadlines.deadline(() -> passed.add("new")).in(millis(100));
        advance(1_000);
        assertThat(passed).containsExactly("same tick", "later", "new");
    }
}
