package dev.steelyard.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeLivenessTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration TEN = Duration.ofSeconds(10);
    private final NodeLiveness liveness = new NodeLiveness();

    @Test
    void aNodeIsLiveWhileItRenews() {
        liveness.renewed("n1", NOW, TEN, NOW);
        assertThat(liveness.live("n1", NOW.plusSeconds(9))).isTrue();
        assertThat(liveness.live("n1", NOW.plusSeconds(10))).isFalse();
        liveness.renewed("n1", NOW.plusSeconds(2), TEN, NOW.plusSeconds(12));
        assertThat(liveness.live("n1", NOW.plusSeconds(21))).isTrue();
    }

    @Test
    void seeingTheSameLeaseAgainRenewsNothing() {
        liveness.renewed("n1", NOW, TEN, NOW);
        liveness.renewed("n1", NOW, TEN, NOW.plusSeconds(8));
        assertThat(liveness.live("n1", NOW.plusSeconds(11))).isFalse();
    }

    @Test
    void aLeaseThatWasStaleWhenFirstSeenIsNotLive() {
        liveness.renewed("n1", NOW.minusSeconds(60), TEN, NOW);
        assertThat(liveness.live("n1", NOW)).isFalse();
    }

    @Test
    void aNodeWhoseClockIsWrongIsLiveOnceItRenews() {
        liveness.renewed("slow", NOW.minusSeconds(600), TEN, NOW);
        liveness.renewed("slow", NOW.minusSeconds(598), TEN, NOW.plusSeconds(2));
        assertThat(liveness.live("slow", NOW.plusSeconds(3))).isTrue();
        liveness.renewed("fast", NOW.plusSeconds(600), TEN, NOW);
        assertThat(liveness.live("fast", NOW.plusSeconds(11))).isFalse();
    }

    @Test
    void aNodeWithoutALeaseIsForgotten() {
        liveness.renewed("n1", NOW, TEN, NOW);
        liveness.retain(Set.of());
        assertThat(liveness.live("n1", NOW)).isFalse();
    }
}
