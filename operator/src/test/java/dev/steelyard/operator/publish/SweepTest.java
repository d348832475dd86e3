package dev.steelyard.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SweepTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final Sweep sweep = new Sweep(Duration.ofMinutes(2));

    @Test
    void whatNoIndexNamesIsDueAfterTheGracePeriod() {
        assertThat(look(0, Set.of("a", "b", "c"), Set.of("b", "c"))).isEmpty();
        assertThat(look(119, Set.of("a", "b", "c"), Set.of("b", "c"))).isEmpty();
        assertThat(look(120, Set.of("a", "b", "c"), Set.of("b", "c"))).containsExactly("a");
    }

    @Test
    void whatIsNamedAgainBeginsItsGracePeriodAnew() {
        assertThat(look(0, Set.of("a", "b", "c"), Set.of("b", "c"))).isEmpty();
        assertThat(look(100, Set.of("a", "b", "c"), Set.of("a", "b", "c"))).isEmpty();
        assertThat(look(130, Set.of("a", "b", "c"), Set.of("b", "c"))).isEmpty();
        assertThat(look(250, Set.of("a", "b", "c"), Set.of("b", "c"))).containsExactly("a");
    }

    @Test
    void moreThanHalfNeedASecondLookAGracePeriodLater() {
        assertThat(look(0, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
        assertThat(look(120, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
        assertThat(look(200, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
        assertThat(look(240, Set.of("a", "b", "c"), Set.of("c"))).containsExactly("a", "b");
    }

    @Test
    void aSecondLookThatFindsThemNamedKeepsThem() {
        assertThat(look(0, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
        assertThat(look(120, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
        assertThat(look(240, Set.of("a", "b", "c"), Set.of("a", "b", "c"))).isEmpty();
        assertThat(look(360, Set.of("a", "b", "c"), Set.of("c"))).isEmpty();
    }

    @Test
    void anEmptyListSweepsNothing() {
        assertThat(look(0, Set.of(), Set.of("a"))).isEmpty();
        assertThat(look(1000, Set.of(), Set.of("a"))).isEmpty();
    }

    private Set<String> look(long second, Set<String> stored, Set<String> named) {
        return sweep.due(stored, named, START.plusSeconds(second));
    }
}
