package dev.steelyard.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.ObjectKey;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DeparturesTest {

    @Test
    void aFewThatAreMissingAreGone() {
        assertThat(Departures.gone(keys("a", "b", "c", "d"), keys("a", "b", "c"), DeparturesTest::mustNotBeAsked))
                .containsExactly(key("d"));
    }

    @Test
    void nothingIsGoneThatIsListed() {
        assertThat(Departures.gone(keys("a", "b"), keys("a", "b", "c"), DeparturesTest::mustNotBeAsked))
                .isEmpty();
    }

    @Test
    void anEmptyCacheMeansNothingWhileTheApiServerHasTheObjects() {
        assertThat(Departures.gone(keys("a", "b", "c"), Set.of(), () -> keys("a", "b", "c")))
                .isEmpty();
    }

    @Test
    void whenMostAreMissingOnlyThoseAreGoneThatTheApiServerLacks() {
        assertThat(Departures.gone(keys("a", "b", "c"), keys("a"), () -> keys("a", "b")))
                .containsExactly(key("c"));
    }

    @Test
    void allAreGoneIfTheApiServerConfirmsIt() {
        assertThat(Departures.gone(keys("a", "b"), Set.of(), Set::of)).containsExactly(key("a"), key("b"));
    }

    @Test
    void nothingIsGoneWhileTheApiServerDoesNotAnswer() {
        assertThat(Departures.gone(keys("a", "b"), Set.of(), () -> {
                    throw new IllegalStateException("no answer");
                }))
                .isEmpty();
    }

    private static Set<ObjectKey> mustNotBeAsked() {
        throw new AssertionError("asked without need");
    }

    private static Set<ObjectKey> keys(String... names) {
        return Stream.of(names).map(DeparturesTest::key).collect(Collectors.toSet());
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("shop", name);
    }
}
