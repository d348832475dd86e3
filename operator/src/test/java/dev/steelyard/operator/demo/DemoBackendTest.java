package dev.steelyard.operator.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class DemoBackendTest {

    @Test
    void saysWhichOneItIsOnEveryPath() throws Exception {
        try (DemoBackend backend = new DemoBackend("blue", 0);
                HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + backend.port() + "/healthz");
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("X-Backend")).contains("blue");
            assertThat(response.body()).contains("blue").contains("/healthz");
        }
    }
}
