package dev.steelyard.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steelyard.e2e.process.SourceTree;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The files that monitoring programs read, and what they ask for. */
final class MonitoringFiles {
    static final Path RULES = SourceTree.resolve("helm/steelyard/files/monitoring/rules.yaml");
    static final Path DASHBOARD = SourceTree.resolve("helm/steelyard/files/monitoring/dashboard.json");
    static final Path ZABBIX = SourceTree.resolve("docs/zabbix-template.yaml");

    /** Names of metrics within expressions; what rules record has a colon. */
    private static final Pattern METRIC = Pattern.compile("\\b(?:steelyard|process|jvm)_[a-z0-9_]+\\b(?!:)");

    private MonitoringFiles() {}

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode tree(Path file) {
        return Serialization.unmarshal(text(file), JsonNode.class);
    }

    static List<JsonNode> rules() {
        return tree(RULES)
                .path("groups")
                .valueStream()
                .flatMap(group -> group.path("rules").valueStream())
                .toList();
    }

    static List<JsonNode> alerts() {
        return rules().stream().filter(rule -> rule.has("alert")).toList();
    }

    static Set<String> alertNames() {
        return alerts().stream()
                .map(rule -> rule.path("alert").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the dashboard's panels and variables ask Prometheus, with all that Grafana fills in. */
    static List<String> dashboardQueries() {
        List<String> queries = new ArrayList<>();
        tree(DASHBOARD).path("panels").findValues("expr").forEach(query -> queries.add(query.asText()));
        return queries.stream()
                .map(query -> query.replace("$__rate_interval", "1m")
                        .replace("$namespace", ".*")
                        .replace("$virtual_service", ".*"))
                .toList();
    }

    /** What the template's items take from the metrics. */
    static List<String> zabbixPatterns() {
        return StreamSupport.stream(tree(ZABBIX).findValues("preprocessing").spliterator(), false)
                .flatMap(JsonNode::valueStream)
                .filter(step -> step.path("type").asText().startsWith("PROMETHEUS"))
                .map(step -> step.path("parameters").path(0).asText())
                .toList();
    }

    /** The metrics that an expression names. */
    static Set<String> metrics(String expression) {
        return METRIC.matcher(expression)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The metrics that all of these files name. */
    static Set<String> allMetrics() {
        Set<String> all = new TreeSet<>();
        rules().forEach(rule -> all.addAll(metrics(rule.path("expr").asText())));
        dashboardQueries().forEach(query -> all.addAll(metrics(query)));
        zabbixPatterns().forEach(pattern -> all.addAll(metrics(pattern)));
        return all;
    }
}
