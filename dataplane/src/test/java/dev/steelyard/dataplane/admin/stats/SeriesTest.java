package dev.steelyard.dataplane.admin.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SeriesTest {

    private static final long SECOND = 1_000_000_000L;

    private final Series<Long> series = new Series<>(Long::longValue);

    @Test
    void tellsNothingOfNothing() {
        assertThat(series.perSecond(Long::longValue)).isZero();
        assertThat(series.lastPerSecond()).isZero();
        assertThat(series.newest(7L)).isEqualTo(7);
    }

    @Test
    void takesRatesOverTheLastSecondsAndTheLastOne() {
        for (int second = 0; second <= 20; second++) {
            series.add(second * SECOND, second <= 15 ? 0L : (second - 15) * 100L, second == 3 ? 9 : 1);
        }
        assertThat(series.perSecond(Long::longValue)).isEqualTo(50);
        assertThat(series.lastPerSecond()).isEqualTo(100);
        assertThat(series.mostPerSecond()).isEqualTo(100);
        assertThat(series.mostAtOnce()).isEqualTo(9);
        assertThat(series.oldest(-1L)).isZero();
        assertThat(series.newest(-1L)).isEqualTo(500);
    }

    @Test
    void aCounterThatBeginsAnewHasNoNegativeRate() {
        series.add(0, 100L, 0);
        series.add(SECOND, 3L, 0);
        assertThat(series.lastPerSecond()).isZero();
    }

    @Test
    void whatCameSinceNothingCounts() {
        Series<Long> fresh = Series.fromNothing(Long::longValue, 0L, 5 * SECOND);
        fresh.add(5 * SECOND, 7L, 0);
        assertThat(fresh.lastPerSecond()).isEqualTo(7);
        assertThat(fresh.mostPerSecond()).isEqualTo(7);
    }
}
