package dev.steelyard.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.operator.problem.ObjectRef;
import dev.steelyard.operator.problem.Problem;
import dev.steelyard.operator.problem.Reason;
import dev.steelyard.operator.resolve.LastGood;
import dev.steelyard.operator.resolve.Resolution;
import dev.steelyard.snapshot.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BarrierTest {

    private static final ObjectRef SHOP = ObjectRef.virtualService(new ObjectKey("shop", "web"));
    private static final Resolution WHOLE = resolution();
    private static final Resolution LACKING =
            resolution(new Problem(SHOP, Problem.Effect.UNRESOLVED, "spec.pool", Reason.REF_NOT_FOUND, "missing"));

    private final Barrier barrier = new Barrier();

    @Test
    void aChangeThatLacksSomethingWaitsUntilThatIsThere() {
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 5)).containsExactly(SHOP);
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(SHOP), WHOLE, 6)).isEmpty();
    }

    @Test
    void itWaitsForAWhileOnly() {
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 5)).containsExactly(SHOP);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 4 + Barrier.PATIENCE_NANOS))
                .containsExactly(SHOP);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 5 + Barrier.PATIENCE_NANOS))
                .isEmpty();
    }

    @Test
    void whatWasIncompleteBeforeDoesNotWait() {
        barrier.passed(LACKING);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 5)).isEmpty();
    }

    @Test
    void whatHasNotChangedDoesNotWait() {
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(), LACKING, 5)).isEmpty();
    }

    @Test
    void eachChangeHasItsOwnTime() {
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 5)).containsExactly(SHOP);
        assertThat(barrier.hold(Set.of(SHOP), WHOLE, 6)).isEmpty();
        barrier.passed(WHOLE);
        assertThat(barrier.hold(Set.of(SHOP), LACKING, 7 + Barrier.PATIENCE_NANOS))
                .containsExactly(SHOP);
    }

    private static Resolution resolution(Problem... problems) {
        return new Resolution(
                Collections.emptySortedMap(), Collections.emptySortedMap(), List.of(problems), LastGood.NONE);
    }
}
