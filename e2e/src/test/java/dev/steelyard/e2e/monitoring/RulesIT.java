package dev.steelyard.e2e.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steelyard.e2e.process.Commands;
import dev.steelyard.e2e.process.SourceTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules for Prometheus: what promtool says of them, and whether each alert is explained. */
class RulesIT {
    private static final Path TESTS = SourceTree.resolve("e2e/src/test/resources/monitoring");

    private static String promtool(String... words) {
        return Commands.run(
                        Stream.concat(Stream.of("promtool"), Stream.of(words)).toList(),
                        Map.of(),
                        "",
                        Duration.ofMinutes(3))
                .requireSuccess();
    }

    @Test
    void areRules() {
        assertThat(promtool("check", "rules", MonitoringFiles.RULES.toString())).contains("SUCCESS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules-test.yaml", "rules-objectives-test.yaml"})
    void fireWhenTheyShould(String tests) {
        assertThat(promtool("test", "rules", TESTS.resolve(tests).toString())).contains("SUCCESS");
    }

    @Test
    void eachHasACaseInWhichItFires() {
        String cases = MonitoringFiles.text(TESTS.resolve("rules-test.yaml"))
                + MonitoringFiles.text(TESTS.resolve("rules-objectives-test.yaml"));
        assertThat(MonitoringFiles.alertNames())
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(cases).contains("alertname=\"" + alert + "\""));
    }

    @Test
    void eachSaysWhatItIsAndLeadsToTheRunbook() {
        assertThat(MonitoringFiles.alerts()).allSatisfy(rule -> {
            String alert = rule.path("alert").asText();
            JsonNode notes = rule.path("annotations");
            assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
            assertThat(notes.path("summary").asText()).as(alert).isNotBlank();
            assertThat(notes.path("description").asText()).as(alert).endsWith(".");
            assertThat(notes.path("runbook_url").asText())
                    .endsWith("/docs/runbook.md#" + alert.toLowerCase(Locale.ROOT));
        });
    }

    @Test
    void theRunbookHasASectionForEachAndForNothingElse() {
        String runbook = MonitoringFiles.text(SourceTree.resolve("docs/runbook.md"));
        assertThat(found("(?m)^## (.*)$", runbook)).isEqualTo(MonitoringFiles.alertNames());
        List<String> sections = List.of(runbook.split("(?m)^## ", -1));
        assertThat(sections.subList(1, sections.size()))
                .allSatisfy(section -> assertThat(section).contains("**Means:**", "**Look:**", "**Do:**"));
    }

    @Test
    void theGuideListsEachWithItsSeverity() {
        String guide = MonitoringFiles.text(SourceTree.resolve("docs/monitoring.md"));
        assertThat(found("(?m)^\\| \\[(Steelyard\\w+)\\]", guide)).isEqualTo(MonitoringFiles.alertNames());
        assertThat(MonitoringFiles.alerts())
                .allSatisfy(rule -> assertThat(guide)
                        .contains("#" + rule.path("alert").asText().toLowerCase(Locale.ROOT) + ") | "
                                + rule.path("labels").path("severity").asText() + " |"));
    }

    private static Set<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
