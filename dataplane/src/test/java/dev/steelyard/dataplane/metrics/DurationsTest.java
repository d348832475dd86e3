package dev.steelyard.dataplane.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DurationsTest {

    private static final long MILLI = 1_000_000L;

    @Test
    void quantilesLieInTheirBuckets() {
        Histogram histogram = new Histogram();
        for (int i = 0; i < 98; i++) {
            histogram.record(2 * MILLI);
        }
        histogram.record(200 * MILLI);
        histogram.record(200 * MILLI);
        Durations durations = histogram.durations();
        assertThat(durations.count()).isEqualTo(100);
        assertThat(durations.quantileMillis(0.5).orElseThrow()).isBetween(1.0, 2.5);
        assertThat(durations.quantileMillis(0.99).orElseThrow()).isBetween(100.0, 250.0);
        assertThat(durations.meanMillis().orElseThrow()).isCloseTo(5.96, within(0.001));
    }

    @Test
    void whatIsLongerThanAllBoundsCountsAsTheLast() {
        Histogram histogram = new Histogram();
        histogram.record(3600 * 1000 * MILLI);
        assertThat(histogram.durations().quantileMillis(0.5)).hasValue(60_000);
    }

    @Test
    void differencesAndSums() {
        Histogram histogram = new Histogram();
        histogram.record(MILLI);
        Durations before = histogram.durations();
        histogram.record(100 * MILLI);
        Durations last = histogram.durations().since(before);
        assertThat(last.count()).isOne();
        assertThat(last.meanMillis()).hasValue(100);
        assertThat(last.plus(before).count()).isEqualTo(2);
        assertThat(Durations.NONE.plus(before).count()).isOne();
        assertThat(before.since(Durations.NONE).count()).isOne();
        assertThat(Durations.NONE.quantileMillis(0.5)).isEmpty();
        assertThat(Durations.NONE.meanMillis()).isEmpty();
    }
}
