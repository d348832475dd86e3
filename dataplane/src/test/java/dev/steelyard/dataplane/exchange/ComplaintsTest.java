package dev.steelyard.dataplane.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

    @Test
    void fewAreLoggedInASecondAndTheOthersCounted() {
        List<String> logged = new ArrayList<>();
        AtomicLong clock = new AtomicLong(Long.MIN_VALUE + 5);
        Complaints complaints = new Complaints(clock::get, logged::add);
        for (int i = 0; i < 100; i++) {
            complaints.say("a" + i);
        }
        assertThat(logged).hasSize(10).contains("a0", "a9");
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        complaints.say("b");
        complaints.say("c");
        assertThat(logged.subList(10, 12)).containsExactly("b (90 before it not logged)", "c");
    }
}
