package dev.steelyard.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({
        "0s, PT0S",
        "0h, PT0S",
        "5s, PT5S",
        "250ms, PT0.25S",
        "1h30m, PT1H30M",
        "1h2m3s4ms, PT1H2M3.004S",
        "90s, PT1M30S",
        "1s1s, PT2S",
        "1ms1m, PT1M0.001S",
        "00007s, PT7S",
        "99999h99999h99999h99999h, PT399996H"
    })
    void reads(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-5s",
                "+5s",
                "1.5s",
                "5 s",
                " 5s",
                "5s ",
                "5S",
                "5d",
                "5us",
                "5µs",
                "5ns",
                "100000s",
                "1h1m1s1ms1ms",
                "5s\n",
                "٥s",
                "1e3s",
                "0"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a duration such as 1h30m, 5s or 250ms");
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0s", "PT1M30S, 1m30s", "PT0.25S, 250ms", "PT25H, 25h", "PT1H0.001S, 1h1ms"})
    void writes(Duration duration, String expected) {
        assertThat(GoDuration.format(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT0.0001S", "PT100000H"})
    void refusesToWriteWhatItCouldNotRead(Duration duration) {
        assertThatThrownBy(() -> GoDuration.format(duration)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void readsBackWhatItWrites(@ForAll @LongRange(min = 0, max = 99_999L * 3_600_000) long millis) {
        Duration duration = Duration.ofMillis(millis);
        assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
    }

    @Property
    void eitherReadsOrRefuses(@ForAll("nearlyDurations") String text) {
        boolean expected = text.matches("([0-9]{1,5}(h|ms|m|s)){1,4}");
        if (expected) {
            assertThat(GoDuration.parse(text)).isGreaterThanOrEqualTo(Duration.ZERO);
        } else {
            assertThatThrownBy(() -> GoDuration.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Provide
    Arbitrary<String> nearlyDurations() {
        return Arbitraries.of("0", "7", "42", "h", "m", "s", "ms", ".", "-")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }
}
