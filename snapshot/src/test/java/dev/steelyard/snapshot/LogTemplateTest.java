package dev.steelyard.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.steelyard.snapshot.LogTemplate.Piece;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LogTemplateTest {

    @Test
    void textAndValues() {
        assertThat(LogTemplate.parse("%{status}: 100%% of %{path}%{host}."))
                .containsExactly(
                        new Piece.Value(LogField.STATUS),
                        new Piece.Text(": 100% of "),
                        new Piece.Value(LogField.PATH),
                        new Piece.Value(LogField.HOST),
                        new Piece.Text("."));
        assertThat(LogTemplate.parse("")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyFieldHasAPlaceholder(LogField field) {
        assertThat(LogTemplate.parse("%{" + field.key() + "}")).containsExactly(new Piece.Value(field));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%                | % begins a placeholder such as %{status}; write %% for a percent sign",
                "100%             | % begins a placeholder",
                "%s               | % begins a placeholder",
                "%{status         | % begins a placeholder",
                "%{}              | there is no placeholder %{}",
                "%{STATUS}        | there is no placeholder %{STATUS}",
                "%{status} %{x y} | there is no placeholder %{x y}"
            })
    void whatIsRefused(String template, String message) {
        assertThatThrownBy(() -> LogTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void noLineFeeds() {
        assertThatThrownBy(() -> LogTemplate.parse("a\nb")).hasMessageContaining("control characters");
    }
}
