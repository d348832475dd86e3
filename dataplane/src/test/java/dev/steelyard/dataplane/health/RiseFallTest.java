package dev.steelyard.dataplane.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RiseFallTest {

    private static final Outcome DOWN = Outcome.unhealthy("connection refused");

    @Test
    void theFirstOutcomeDecidesAlone() {
        assertThat(new RiseFall(5, 5).take(Outcome.HEALTHY)).isTrue();
        assertThat(new RiseFall(5, 5).take(DOWN)).isTrue();
    }

    @Test
    void afterThatItTakesSeveralInARow() {
        RiseFall riseFall = new RiseFall(2, 3);
        riseFall.take(Outcome.HEALTHY);

        assertThat(told(riseFall, DOWN, DOWN, Outcome.HEALTHY, DOWN, DOWN, DOWN))
                .containsExactly(5);
        assertThat(told(riseFall, Outcome.HEALTHY, DOWN, Outcome.HEALTHY, Outcome.HEALTHY))
                .containsExactly(3);
    }

    @Test
    void anotherReasonForBeingDownIsTold() {
        RiseFall riseFall = new RiseFall(2, 3);

        assertThat(told(riseFall, DOWN, DOWN, Outcome.unhealthy("no answer within 1s"), DOWN))
                .containsExactly(0, 2, 3);
    }

    @Property
    void aVerdictTurnsExactlyAfterARunOfTheOpposite(
            @ForAll List<Boolean> outcomes,
            @ForAll @IntRange(min = 1, max = 4) int rise,
            @ForAll @IntRange(min = 1, max = 4) int fall) {
        RiseFall riseFall = new RiseFall(rise, fall);
        boolean up = false;
        int run = 0;
        for (int i = 0; i < outcomes.size(); i++) {
            boolean healthy = outcomes.get(i);
            run = i > 0 && healthy == outcomes.get(i - 1) ? run + 1 : 1;
            boolean expected = i == 0 || (healthy != up && run >= (up ? fall : rise));
            up = expected ? healthy : up;

            assertThat(riseFall.take(healthy ? Outcome.HEALTHY : DOWN)).isEqualTo(expected);
        }
    }

    private static List<Integer> told(RiseFall riseFall, Outcome... outcomes) {
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < outcomes.length; i++) {
            if (riseFall.take(outcomes[i])) {
                told.add(i);
            }
        }
        return told;
    }
}
