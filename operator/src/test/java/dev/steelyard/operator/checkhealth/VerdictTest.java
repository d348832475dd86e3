package dev.steelyard.operator.checkhealth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VerdictTest {

    private final Verdict verdict = new Verdict();

    @Test
    void saysWhatIsRightIfNothingIsWrong() {
        verdict.summary("3 virtual services");
        verdict.figure("endpoints_down", "0.0%", "10;50;0;100");
        verdict.figure("time", "0.1s", "");
        assertThat(verdict.line())
                .isEqualTo("STEELYARD OK - 3 virtual services | endpoints_down=0.0%;10;50;0;100 time=0.1s");
        assertThat(verdict.exitCode()).isZero();
    }

    @Test
    void saysTheWorstFirst() {
        verdict.summary("3 virtual services");
        verdict.find(State.WARNING, "one endpoint is down");
        verdict.find(State.CRITICAL, "not bound");
        assertThat(verdict.line()).isEqualTo("STEELYARD CRITICAL - not bound; one endpoint is down");
        assertThat(verdict.exitCode()).isEqualTo(2);
    }

    @Test
    void namesFew() {
        for (int i = 0; i < 10; i++) {
            verdict.find(State.WARNING, "pool " + i);
        }
        assertThat(verdict.line()).isEqualTo("STEELYARD WARNING - pool 0; pool 1; pool 2; pool 3; and 6 more");
        assertThat(verdict.exitCode()).isEqualTo(1);
    }

    @Test
    void staysOneLineAndOneText() {
        assertThat(Verdict.unknown("a|b\nc").line()).isEqualTo("STEELYARD UNKNOWN - a/b c");
        assertThat(Verdict.unknown("").exitCode()).isEqualTo(3);
    }
}
