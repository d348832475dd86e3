package dev.steelyard.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.crds.v1alpha1.Condition;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {

    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

    @Test
    void theTransitionTimeChangesOnlyWithTheStatus() {
        List<Condition> present = List.of(condition(true, "Accepted", "valid", EARLIER));

        assertThat(Conditions.settle(List.of(condition(true, "Accepted", "valid, but", Instant.EPOCH)), present, NOW))
                .containsExactly(condition(true, "Accepted", "valid, but", EARLIER));
        assertThat(Conditions.settle(List.of(condition(false, "Invalid", "no", Instant.EPOCH)), present, NOW))
                .containsExactly(condition(false, "Invalid", "no", NOW));
        assertThat(Conditions.settle(List.of(condition(true, "Accepted", "valid", Instant.EPOCH)), List.of(), NOW))
                .containsExactly(condition(true, "Accepted", "valid", NOW));
    }

    @Test
    void aConditionTurnsWithStatusOrReasonNotWithItsMessage() {
        List<Condition> before = List.of(condition(false, "Pending", "1/3", EARLIER));
        assertThat(Conditions.turned(before, List.of(condition(false, "Pending", "2/3", EARLIER))))
                .isFalse();
        assertThat(Conditions.turned(before, List.of(condition(false, "NodesFailing", "2/3", EARLIER))))
                .isTrue();
        assertThat(Conditions.turned(before, List.of(condition(true, "Programmed", "3/3", EARLIER))))
                .isTrue();
        assertThat(Conditions.turned(List.of(), before)).isTrue();
    }

    private static Condition condition(boolean holds, String reason, String message, Instant since) {
        return new Condition(
                "Accepted", holds ? Condition.Status.TRUE : Condition.Status.FALSE, reason, message, 1L, since);
    }
}
