package dev.steelyard.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.steelyard.snapshot.NodeReport.DownCount;
import dev.steelyard.snapshot.NodeReport.EndpointDown;
import dev.steelyard.snapshot.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DownSampleTest {

    @Test
    void aFewAreAllNamed() {
        List<EndpointDown> down = down("a", 20);
        assertThat(DownSample.of(down)).isEqualTo(new DownSample(down, List.of()));
    }

    @Test
    void onePoolDoesNotHideTheNext() {
        DownSample sample = DownSample.of(
                Stream.concat(down("a", 300).stream(), down("b", 2).stream()).toList());
        assertThat(sample.named())
                .filteredOn(one -> one.pool().name().equals("a"))
                .hasSize(20);
        assertThat(sample.named())
                .filteredOn(one -> one.pool().name().equals("b"))
                .hasSize(2);
        assertThat(sample.counts()).containsExactly(new DownCount(pool("a"), 300));
    }

    @Test
    void manyPoolsTakeTurns() {
        List<EndpointDown> all = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> all.addAll(down("p" + i, 5)));
        DownSample sample = DownSample.of(all);
        assertThat(sample.named()).hasSize(256);
        assertThat(sample.named().stream().map(EndpointDown::pool).distinct()).hasSize(100);
        assertThat(sample.counts()).hasSize(100);
    }

    @Test
    void morePoolsThanCanBeNamedAreCounted() {
        List<EndpointDown> all = new ArrayList<>();
        IntStream.range(0, 2000).forEach(i -> all.addAll(down("p" + i, 1)));
        DownSample sample = DownSample.of(all);
        assertThat(sample.named()).hasSize(256);
        assertThat(sample.counts()).hasSize(1024);
    }

    @Test
    void theOrderInWhichTheyWentDownDoesNotMatter() {
        List<EndpointDown> down = new ArrayList<>(down("a", 50));
        DownSample sample = DownSample.of(down);
        Collections.reverse(down);
        assertThat(DownSample.of(down)).isEqualTo(sample);
    }

    private static List<EndpointDown> down(String pool, int endpoints) {
        return IntStream.range(10, 10 + endpoints)
                .mapToObj(i -> new EndpointDown(pool(pool), "10.0.0." + i + ":80", "refused", Instant.EPOCH))
                .toList();
    }

    private static ObjectKey pool(String name) {
        return new ObjectKey("shop", name);
    }
}
