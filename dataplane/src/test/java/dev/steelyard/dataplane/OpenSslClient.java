package dev.steelyard.dataplane;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code openssl s_client}: one HTTP request over TLS to a port of 127.0.0.1. */
final class OpenSslClient {

    private final List<String> arguments = new ArrayList<>();

    /** @param version {@code TLSv1.2} or {@code TLSv1.3} */
    OpenSslClient(int port, String version) {
        arguments.addAll(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-ign_eof"));
        arguments.add(version.equals("TLSv1.2") ? "-tls1_2" : "-tls1_3");
    }

    /** Any other argument. */
    OpenSslClient with(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    OpenSslClient showing(Path certificate, Path key) {
        return with("-cert", certificate.toString(), "-key", key.toString());
    }

    /** What it prints, the response at its end, to a request for {@code host} on a connection that asks for {@code serverName}. */
    String get(String serverName, String host, String... fields) throws IOException, InterruptedException {
        with("-servername", serverName);
        Process process =
                new ProcessBuilder(arguments).redirectErrorStream(true).start();
        String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                + String.join(
                        "",
                        List.of(fields).stream().map(field -> field + "\r\n").toList()) + "\r\n";
        try (var in = process.getOutputStream()) {
            in.write(request.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It has ended: its output says why.
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        process.waitFor(10, TimeUnit.SECONDS);
        return output;
    }
}
