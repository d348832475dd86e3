package dev.steelyard.operator.checkhealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of ranges of the Monitoring Plugins' guidelines. */
class ThresholdTest {

    @ParameterizedTest
    @CsvSource({
        "10, -1, true",
        "10, 0, false",
        "10, 10, false",
        "10, 10.5, true",
        "0, 0, false",
        "0, 0.1, true",
        "10:, 9, true",
        "10:, 10, false",
        "10:, 1000, false",
        "~:10, -5, false",
        "~:10, 11, true",
        "10:20, 9, true",
        "10:20, 20, false",
        "10:20, 21, true",
        "@10:20, 9, false",
        "@10:20, 10, true",
        "@10:20, 20, true",
        "@10:20, 21, false",
        "33.3, 33.4, true"
    })
    void alertsOutsideOfItOrWithAnAtSignInside(String range, double figure, boolean alerts) {
        assertThat(Threshold.parse(range).alertsOn(figure)).isEqualTo(alerts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "a", "10%", "1:2:3", "1.2.3", "10 ", "~", "-"})
    void refusesWhatIsNoRange(String text) {
        assertThatThrownBy(() -> Threshold.parse(text))
                .hasMessage("must be a range such as 10, 10:, ~:10, 10:20 or @10:20, and is " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20:10", "-1"})
    void refusesWhatEndsBeforeItBegins(String text) {
        assertThatThrownBy(() -> Threshold.parse(text)).hasMessage("begins above its end: " + text);
    }
}
