package dev.steelyard.dataplane.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoolLoadTest {

    @Test
    void sumsOverLoops() {
        PoolLoad load = new PoolLoad(3);
        load.begin(0);
        load.begin(2);
        load.begin(2);
        assertThat(load.underWay()).isEqualTo(3);
        load.end(2);
        load.end(0);
        assertThat(load.underWay()).isEqualTo(1);
    }

    @Test
    void retriesAreAShareOfWhatIsUnderWay() {
        PoolLoad load = new PoolLoad(1);
        for (int i = 0; i < 50; i++) {
            load.begin(0);
        }
        for (int i = 0; i < 10; i++) {
            assertThat(load.retry(20, 3)).isTrue();
        }
        assertThat(load.retry(20, 3)).isFalse();
        assertThat(load.retrying()).isEqualTo(10);
        load.retried();
        assertThat(load.retry(20, 3)).isTrue();
    }

    @Test
    void someAreAlwaysAllowed() {
        PoolLoad load = new PoolLoad(1);
        assertThat(load.retry(20, 2)).isTrue();
        assertThat(load.retry(20, 2)).isTrue();
        assertThat(load.retry(20, 2)).isFalse();
        assertThat(load.retry(0, 0)).isFalse();
    }
}
