package dev.steelyard.dataplane;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real HAProxy, for as long as a test needs it. */
final class HaproxyServer implements AutoCloseable {

    private final Process process;

    /**
     * Starts it, and waits until it listens.
     *
     * @param sections of its configuration, after the defaults
     * @param port one that it listens on
     */
    HaproxyServer(Path folder, String sections, int port) throws IOException {
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(config, """
                global
                  maxconn 200
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 20s
                  timeout server 20s
                """ + sections);
        process = new ProcessBuilder("haproxy", "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.out").toFile())
                .start();
        await(folder.toString()).until(() -> listens(port));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
    }
}
