package dev.steelyard.e2e.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The real Prometheus, which asks and judges every second. */
final class Prometheus implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final int port = Ports.free();
    private final ServerProcess process;

    /**
     * @param rules the file of rules
     * @param jobs name of each job, and the target's {@code HOST:PORT}
     */
    Prometheus(Path rules, Map<String, String> jobs) {
        Path folder = SourceTree.newFolder("prometheus");
        Path config = folder.resolve("prometheus.yaml");
        try {
            Files.writeString(config, """
                    global: {scrape_interval: 1s, evaluation_interval: 1s}
                    rule_files: [%s]
                    scrape_configs:
                    %s
                    """.formatted(
                            rules,
                            jobs.entrySet().stream()
                                    .map(job -> "- {job_name: " + job.getKey() + ", static_configs: [{targets: ['"
                                            + job.getValue() + "']}]}")
                                    .collect(Collectors.joining("\n"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = ServerProcess.start(
                "prometheus",
                folder.resolve("log"),
                Map.of(),
                List.of(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port));
        process.await("ready", Duration.ofSeconds(60), () -> Ports.answers("127.0.0.1", port));
    }

    /** What its API answers, whose status has to be success. */
    JsonNode api(String path) {
        try {
            HttpResponse<String> response = CLIENT.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    BodyHandlers.ofString());
            JsonNode answer = new ObjectMapper().readTree(response.body());
            if (!answer.path("status").asText().equals("success")) {
                throw new AssertionError(path + ": " + answer);
            }
            return answer.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** The series that an expression gives now. */
    JsonNode query(String expression) {
        return api("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    @Override
    public void close() {
        process.close();
    }
}
