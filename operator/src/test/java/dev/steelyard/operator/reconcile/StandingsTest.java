package dev.steelyard.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.operator.publish.Published;
import dev.steelyard.operator.status.Standing;
import dev.steelyard.snapshot.Index;
import dev.steelyard.snapshot.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StandingsTest {

    private static final ObjectKey OLD = new ObjectKey("shop", "old");
    private static final ObjectKey NEW = new ObjectKey("shop", "new");

    @Test
    void whatCouldNotBeStoredStandsAsItWasOrNotAtAll() {
        Index index = new Index(1, 3, 9, new TreeMap<>(Map.of(OLD, new Index.Entry("abc", List.of("svs-abc-0")))));
        Published published = new Published(
                index,
                new TreeMap<>(Map.of(OLD, 7L)),
                new TreeMap<>(Map.of(OLD, new Published.Since(4, true))),
                new TreeMap<>(),
                new TreeMap<>(Map.of(OLD, "exceeded quota", NEW, "denied by a webhook")));
        assertThat(Standings.of(published))
                .containsOnly(
                        Map.entry(
                                OLD,
                                new Standing(
                                        Optional.of(new Standing.Named(Optional.empty(), "abc", 7, 4, true)),
                                        Optional.of("exceeded quota"))),
                        Map.entry(NEW, new Standing(Optional.empty(), Optional.of("denied by a webhook"))));
    }
}
