package dev.steelyard.dataplane.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.snapshot.Filters;
import dev.steelyard.snapshot.Route.PathMatch;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RewritingTest {

    @ParameterizedTest
    @CsvSource({
        "PREFIX, /api, /v2, /api, /v2",
        "PREFIX, /api, /v2, /api/x, /v2/x",
        "PREFIX, /api, /v2/, /api/x, /v2/x",
        "PREFIX, /api/, /v2, /api/x, /v2/x",
        "PREFIX, /api, /, /api/x, /x",
        "PREFIX, /api, /, /api, /",
        "PREFIX, /api, /, /api/, /",
        "PREFIX, /, /v2, /x, /v2/x",
        "PREFIX, /, /v2, /, /v2/",
        "PREFIX, /, /, /x, /x",
        "PREFIX, /api, /v2, /api//x, /v2//x",
        "EXACT, /a, /b, /a, /b",
        "REGEX, /a.*, /b, /ax, /ax"
    })
    void aPrefixIsReplacedByWholeSegments(
            PathMatch.Type type, String matched, String prefix, String path, String expected) {
        Filters.Rewrite rewrite =
                new Filters.Rewrite(Optional.empty(), Optional.empty(), Optional.of(prefix), Optional.empty());
        assertThat(Rewriting.of(rewrite, new PathMatch(type, matched)).change().apply(path))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'^/v[0-9]+/', /, /v1/x, /x",
        "'^/v[0-9]+/', /, /x/v1/, /x/v1/",
        "'/(a+)/(b+)', /$2/$1, /aa/bb/c, /bb/aa/c",
        "'/(a)', '/${1}1', /a, /a1",
        "'a', 'x', /a/a, /x/a",
        "'/(a)?x', '/$1y', /x, /y",
        "'/a', '/$$1', /a, /$1",
        "'/(.*)', '/b/$0', /a, /b//a"
    })
    void theFirstMatchIsSubstituted(String pattern, String replacement, String path, String expected) {
        assertThat(substitution(pattern, replacement).change().apply(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"(a), $2", "a, $", "a, $x", "'(a)', '${1'", "'(a', x"})
    void refusesWhatStandsForNothing(String pattern, String replacement) {
        assertThatThrownBy(() -> substitution(pattern, replacement)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Rewriting substitution(String pattern, String replacement) {
        return Rewriting.of(
                new Filters.Rewrite(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Filters.Substitution(pattern, replacement))),
                PathMatch.ALL);
    }
}
