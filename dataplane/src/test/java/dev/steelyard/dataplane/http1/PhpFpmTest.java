package dev.steelyard.dataplane.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.steelyard.dataplane.health.HealthCheck;
import dev.steelyard.dataplane.health.HealthChecks;
import dev.steelyard.dataplane.health.Outcome;
import dev.steelyard.dataplane.health.ProbeSocket;
import dev.steelyard.dataplane.health.Target;
import dev.steelyard.snapshot.FastCgi;
import dev.steelyard.snapshot.HealthCheck.Http;
import dev.steelyard.snapshot.HealthCheck.StatusRange;
import dev.steelyard.testing.PhpFpm;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In front of a real php-fpm, which is told to run any file: what may be run is decided here. */
@Timeout(120)
class PhpFpmTest {

    private static final int TEN_MIB = 10 << 20;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path folder;

    private PhpFpm php;
    private EngineFixture engine;

    @BeforeEach
    void start() throws IOException {
        php = PhpFpm.start(folder, "127.0.0.1", "security.limit_extensions =");
        php.put("echo.php", """
                <?php
                header('X-Script: ' . $_SERVER['SCRIPT_NAME'] . ' ' . ($_SERVER['PATH_INFO'] ?? 'none'));
                echo $_SERVER['REQUEST_METHOD'], ' ', json_encode($_GET), ' ', json_encode($_POST), ' ',
                    json_encode($_COOKIE), ' ', $_SERVER['REMOTE_ADDR'], ' ', $_SERVER['HTTP_X_ONE'] ?? '-';
                """)
                .put("upload.php", "<?php echo hash('sha256', file_get_contents('php://input'));")
                .put("form.php", "<?php echo $_FILES['f']['size'], ' ', hash_file('sha256', $_FILES['f']['tmp_name']);")
                .put("download.php", """
                <?php
                if (isset($_GET['length'])) { header('Content-Length: 10485760'); }
                for ($i = 0; $i < 160; $i++) { echo str_repeat(chr(97 + $i % 26), 65536); }
                """)
                .put("status.php", "<?php http_response_code((int) $_GET['code']); echo 'x';")
                .put("moved.php", "<?php header('Location: /there'); setcookie('a', '1'); setcookie('b', '2');")
                .put("errors.php", "<?php error_log('something is wrong'); echo getmypid();")
                .put("dies.php", "<?php echo 'part'; flush(); exec('kill -9 ' . getmypid());")
                .put("upload/photo.jpg", "<?php echo 'pwned';")
                .put("upload/avatar", "<?php echo 'pwned';")
                .put("upload/evil.php", "<?php echo 'pwned';");
        engine = new EngineFixture(php.address()).anyHost().fastCgi(settings(true, "/*.php"));
    }

    @AfterEach
    void stop() {
        engine.close();
        client.close();
        php.close();
    }

    private FastCgi settings(boolean keep, String... scripts) {
        return new FastCgi(php.root().toString(), "index.php", List.of(scripts), "", new TreeMap<>(), keep, 65_536);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + engine.address().getPort() + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String sha256(byte[] octets) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }

    @Test
    void getWithQueryHeadersAndCookies() throws Exception {
        HttpResponse<String> answer = send(request("/echo.php/some%20where?a=1&b[]=x%26y")
                .header("X-One", "1")
                .header("Cookie", "c=d; e=f"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("GET {\"a\":\"1\",\"b\":[\"x&y\"]} [] {\"c\":\"d\",\"e\":\"f\"} 127.0.0.1 1");
        assertThat(answer.headers().firstValue("X-Script")).hasValue("/echo.php /some where");
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/html"));
    }

    @Test
    void post() throws Exception {
        HttpResponse<String> answer = send(request("/echo.php")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("p=q&r=s")));
        assertThat(answer.body()).isEqualTo("POST [] {\"p\":\"q\",\"r\":\"s\"} [] 127.0.0.1 -");
        assertThat(answer.headers().firstValue("X-Script")).hasValue("/echo.php none");
    }

    @Test
    void largeBodiesBothWays() throws Exception {
        byte[] body = new byte[TEN_MIB];
        new Random(1).nextBytes(body);
        assertThat(send(request("/upload.php").POST(BodyPublishers.ofByteArray(body)))
                        .body())
                .isEqualTo(sha256(body));
        for (String path : List.of("/download.php", "/download.php?length")) {
            byte[] got = client.send(request(path).build(), BodyHandlers.ofByteArray())
                    .body();
            assertThat(got).hasSize(TEN_MIB);
            assertThat(got[65_536]).isEqualTo((byte) 'b');
            assertThat(got[TEN_MIB - 1]).isEqualTo((byte) ('a' + 159 % 26));
        }
    }

    @Test
    void aFileUploaded() throws Exception {
        byte[] body = new byte[1 << 20];
        new Random(2).nextBytes(body);
        byte[] head = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        HttpResponse<String> answer = send(request("/form.php")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofByteArray(head),
                        BodyPublishers.ofByteArray(body),
                        BodyPublishers.ofString("\r\n--b--\r\n"))));
        assertThat(answer.body()).isEqualTo(body.length + " " + sha256(body));
    }

    @Test
    void aBodyOfUnknownLength() throws Exception {
        byte[] body = new byte[60_000];
        new Random(3).nextBytes(body);
        HttpRequest.BodyPublisher unknown = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
        assertThat(send(request("/upload.php").POST(unknown)).body()).isEqualTo(sha256(body));
        byte[] longer = new byte[1 << 20];
        assertThat(send(request("/upload.php").POST(BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(longer))))
                        .statusCode())
                .isEqualTo(411);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 403, 404, 418, 500, 503})
    void statuses(int code) throws Exception {
        HttpResponse<String> answer = send(request("/status.php?code=" + code));
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(answer.body()).isEqualTo("x");
        assertThat(engine.meters.flags).isEmpty();
    }

    @Test
    void redirectsAndSeveralCookies() throws Exception {
        HttpResponse<String> answer = send(request("/moved.php"));
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("Location")).hasValue("/there");
        assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("a=1", "b=2");
        HttpRequest.Builder head = request("/echo.php").method("HEAD", BodyPublishers.noBody());
        assertThat(send(head).body()).isEmpty();
    }

    /** Standard error travels beside the response; one worker serves a kept connection. */
    @Test
    void connectionsAreKeptAlsoWithStandardError() throws Exception {
        List<String> workers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            workers.add(send(request("/errors.php")).body());
        }
        assertThat(workers).allMatch(workers.getFirst()::equals);
        assertThat(engine.meters.connects).hasValue(1);
    }

    @Test
    void manyAtOnce() throws Exception {
        engine.fastCgi(settings(false, "/*.php"));
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(client.sendAsync(request("/echo.php?i=" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS).body()).contains("\"i\":\"" + i + "\"");
        }
        assertThat(engine.meters.flags).isEmpty();
        await().untilAsserted(() -> assertThat(engine.inFlight()).isZero());
    }

    @Test
    void aSlowClientGetsAllOfIt() throws Exception {
        try (Wire slow = engine.connect()) {
            slow.send(Wire.head("GET /download.php?length HTTP/1.1", "Host: test.example"));
            assertThat(slow.readHead()).isNotNull();
            for (int i = 0; i < 10; i++) {
                assertThat(slow.readExactly(1 << 20)).hasSize(1 << 20);
                TimeUnit.MILLISECONDS.sleep(20); // slower than the program writes
            }
            assertThat(engine.meters.flags).isEmpty();
        }
    }

    @Test
    void aWorkerThatDiesCutsItsAnswerShort() throws Exception {
        try (Wire wire = engine.connect()) {
            wire.send(Wire.head("GET /dies.php HTTP/1.1", "Host: test.example"));
            String all = wire.readToEnd();
            assertThat(all).doesNotEndWith("0\r\n\r\n");
            await().untilAsserted(() -> assertThat(engine.meters.flags).hasSize(1));
        }
        assertThat(send(request("/echo.php")).statusCode()).isEqualTo(200);
    }

    /** What php-fpm makes of these paths when it is sent them: it runs files that are no scripts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/upload/photo.jpg",
                "/upload/photo.jpg/x.php",
                "/upload/photo.jpg%2Fx.php",
                "/upload/avatar/x.php",
                "/upload/evil.php",
                "/echo.php%00.jpg",
                "/../../etc/passwd"
            })
    void uploadsAreNotRun(String path) throws Exception {
        try (Wire wire = engine.connect()) {
            wire.send(Wire.head("GET " + path + " HTTP/1.1", "Host: test.example"));
            Wire.Message answer = wire.readResponse();
            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.body()).doesNotContain("pwned");
        }
        engine.fastCgi(settings(true, "/**/*.php"));
        try (Wire wire = engine.connect()) {
            wire.send(Wire.head("GET /upload/photo.jpg/x.php HTTP/1.1", "Host: test.example"));
            assertThat(wire.readResponse().status()).isEqualTo(404);
        }
    }

    /** Without the rules here, the hole is there. */
    @Test
    void phpFpmWouldRunThem() throws Exception {
        engine.fastCgi(settings(true, "/upload/photo.jpg/x.php"));
        assertThat(send(request("/upload/photo.jpg/x.php")).body()).isEqualTo("pwned");
    }

    @ParameterizedTest
    @CsvSource({"/ping, true", "/status.php?code=204, true", "/status.php?code=500, false", "/none.php, false"})
    void healthChecks(String path, boolean well) throws Exception {
        Http request = new Http("GET", path, "", new TreeMap<>(), List.of(new StatusRange(200, 299)));
        HealthCheck check = HealthChecks.of(
                new dev.steelyard.snapshot.HealthCheck.FastCgi(
                        request, php.root().toString()),
                ProbeSocket.plain(NioSocketChannel.class));
        assertThat(outcome(check, php.address()).equals(Outcome.HEALTHY)).isEqualTo(well);
        try (RawServer other = new RawServer(wire -> wire.send("SSH-2.0-OpenSSH\r\n"))) {
            assertThat(outcome(check, other.address())).isEqualTo(Outcome.unhealthy("not a FastCGI response"));
        }
    }

    private static Outcome outcome(HealthCheck check, InetSocketAddress address) throws Exception {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            EventLoop loop = group.next();
            Promise<Outcome> outcome = loop.newPromise();
            loop.execute(() -> check.probe(loop, new Target(address, address.getHostString(), null), outcome));
            return outcome.get(20, TimeUnit.SECONDS);
        } finally {
            group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    @Test
    void overHttp2() throws Exception {
        Path body = Files.write(folder.resolve("body"), new byte[300_000]);
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sS",
                        "--http2-prior-knowledge",
                        "-w",
                        " %{http_version}",
                        "--data-binary",
                        "@" + body,
                        "http://127.0.0.1:" + engine.address().getPort() + "/upload.php")
                .redirectErrorStream(true)
                .start();
        String output = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(curl.waitFor()).isZero();
        assertThat(output).isEqualTo(sha256(new byte[300_000]) + " 2");
    }
}
