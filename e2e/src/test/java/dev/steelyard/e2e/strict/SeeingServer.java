package dev.steelyard.e2e.strict;

import dev.steelyard.e2e.process.Ports;
import dev.steelyard.e2e.process.Python;
import dev.steelyard.e2e.process.ServerProcess;
import dev.steelyard.e2e.process.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One of the real servers of {@code e2e/backends}: tells which requests it has seen. */
final class SeeingServer implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final String name;
    private final int port = Ports.free();
    private final Path folder;
    private final ServerProcess process;

    private SeeingServer(String name) {
        this.name = name;
        this.folder = SourceTree.newFolder(name);
        write("html/index.html", "seen\n");
        write("seen", "");
        process = ServerProcess.start(
                name,
                folder.resolve("log"),
                Map.of(
                        "SEEN",
                        folder.resolve("seen").toString(),
                        "PYTHONPATH",
                        SourceTree.resolve("e2e/backends").toString(),
                        "PYTHONDONTWRITEBYTECODE",
                        "1"),
                command(Python.prepared()));
        process.await("listening", START, () -> Ports.answers("127.0.0.1", port));
    }

    /** Starts the one of that name. */
    static SeeingServer start(String name) {
        return new SeeingServer(name);
    }

    private List<String> command(Path made) {
        String listen = Integer.toString(port);
        String python = made.resolve("python/bin").toString() + "/";
        return switch (name) {
            case "nginx" ->
                List.of("nginx", "-e", "stderr", "-p", folder.toString(), "-c", configuration("nginx.conf"));
            case "apache" ->
                List.of("apache2", "-d", folder.toString(), "-f", configuration("apache.conf"), "-DFOREGROUND");
            case "node" -> List.of("node", source("seen.js"), listen);
            case "go" -> List.of(made.resolve("seen-go").toString(), listen);
            case "python" -> List.of(python + "python", source("seen_stdlib.py"), listen);
            case "gunicorn" ->
                List.of(
                        python + "gunicorn",
                        "--bind",
                        "127.0.0.1:" + listen,
                        "--threads",
                        "8",
                        "--limit-request-line",
                        "0",
                        "--limit-request-field_size",
                        "0",
                        "--limit-request-fields",
                        "200",
                        "--header-map",
                        "dangerous",
                        "--log-level",
                        "critical",
                        "seen_wsgi:app");
            case "uvicorn" ->
                List.of(
                        python + "uvicorn",
                        "--port",
                        listen,
                        "--http",
                        "h11",
                        "--h11-max-incomplete-event-size",
                        "65536",
                        "--log-level",
                        "critical",
                        "seen_asgi:app");
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static String source(String file) {
        return SourceTree.resolve("e2e/backends/" + file).toString();
    }

    private String configuration(String file) {
        try {
            String text = Files.readString(SourceTree.resolve("e2e/backends/" + file))
                    .replace("FOLDER", folder.toString())
                    .replace("SEEN", folder.resolve("seen").toString())
                    .replace("MODULES", "/usr/lib/apache2/modules")
                    .replace("PORT", Integer.toString(port));
            // As root, workers would change to a user that may not read the folder.
            boolean root = "root".equals(System.getProperty("user.name"));
            write(file, (root && file.startsWith("nginx") ? "user root;\n" : "") + text);
            return folder.resolve(file).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    /** The request lines of all requests that it has seen so far. */
    List<String> seen() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("seen"), StandardCharsets.ISO_8859_1);
            return name.equals("apache")
                    ? lines.stream().map(SeeingServer::unescaped).toList()
                    : lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Apache httpd writes a backslash before quotes and backslashes. */
    private static String unescaped(String line) {
        return line.replace("\\\"", "\"").replace("\\\\", "\\");
    }

    @Override
    public void close() {
        process.kill();
    }
}
