package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.testing.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Between the JDK's client and a real nginx. */
@Timeout(60)
class NginxTest {

    private static Process start(Path folder, int port) throws IOException {
        Files.createDirectories(folder.resolve("html"));
        Path config = folder.resolve("nginx.conf");
        String text = """
                user root; daemon off; worker_processes 1; pid DIR/pid; error_log DIR/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c; uwsgi_temp_path DIR/d;
                  scgi_temp_path DIR/e;
                  server {
                    listen 127.0.0.1:PORT; root DIR/html;
                    location /echo { return 200 "$host $http_x_forwarded_for $request_method"; }
                    location /gone { return 204; }
                  }
                }
                """;
        Files.writeString(config, text.replace("DIR", folder.toString()).replace("PORT", String.valueOf(port)));
        return new ProcessBuilder("nginx", "-c", config.toString(), "-p", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private static boolean listening(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void manyRequestsOfAllSizesComeThroughWhole(@TempDir Path folder) throws Exception {
        int port = FreePort.next();
        Process nginx = start(folder, port);
        byte[] large = new byte[3_000_000];
        Arrays.fill(large, (byte) 'x');
        Files.write(folder.resolve("html/large"), large);
        try (EngineFixture engine =
                        new EngineFixture(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).anyHost();
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            await().until(() -> listening(port));
            String base = "http://127.0.0.1:" + engine.address().getPort();
            List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(URI.create(base + (i % 2 == 0 ? "/large" : "/echo")));
                answers.add(client.sendAsync(request.build(), BodyHandlers.ofByteArray()));
            }
            for (int i = 0; i < 40; i++) {
                byte[] body = answers.get(i).get().body();
                if (i % 2 == 0) {
                    assertThat(body).isEqualTo(large);
                } else {
                    assertThat(new String(body, StandardCharsets.US_ASCII)).isEqualTo("127.0.0.1 127.0.0.1 GET");
                }
            }
            HttpRequest head =
                    HttpRequest.newBuilder(URI.create(base + "/large")).HEAD().build();
            assertThat(client.send(head, BodyHandlers.discarding()).headers().firstValueAsLong("content-length"))
                    .hasValue(large.length);
            HttpRequest gone =
                    HttpRequest.newBuilder(URI.create(base + "/gone")).build();
            assertThat(client.send(gone, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(204);
            assertThat(engine.meters.flags).isEmpty();
            await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
        } finally {
            nginx.destroy();
            nginx.waitFor();
        }
    }
}
