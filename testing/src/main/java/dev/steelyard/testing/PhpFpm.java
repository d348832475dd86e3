package dev.steelyard.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real php-fpm with a few workers, which runs the scripts in {@link #root()}. */
public final class PhpFpm implements AutoCloseable {

    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Path folder;
    private final InetSocketAddress address;
    private final Process process;

    private PhpFpm(Path folder, InetSocketAddress address, Process process) {
        this.folder = folder;
        this.address = address;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param folder for its files, a temporary one
     * @param host an address of this machine
     * @param settings lines of its pool's configuration
     */
    public static PhpFpm start(Path folder, String host, String... settings) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, FreePort.next());
        boolean root = "root".equals(System.getProperty("user.name"));
        Files.createDirectories(folder.resolve("root"));
        List<String> lines = new ArrayList<>(List.of(
                "[global]",
                "daemonize = no",
                "error_log = " + folder.resolve("log"),
                "[www]",
                "listen = " + host + ":" + address.getPort(),
                "pm = static",
                "pm.max_children = 4",
                "ping.path = /ping",
                "php_admin_value[upload_max_filesize] = 64M",
                "php_admin_value[post_max_size] = 64M",
                "php_admin_value[upload_tmp_dir] = " + folder,
                "php_admin_value[sys_temp_dir] = " + folder));
        if (root) {
            lines.add("user = root");
            lines.add("group = root");
        }
        lines.addAll(Arrays.asList(settings));
        Path configuration = Files.write(folder.resolve("php-fpm.conf"), lines);
        List<String> command = new ArrayList<>(List.of(program(), "-F", "-n", "-y", configuration.toString()));
        if (root) {
            command.add("-R");
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        PhpFpm started = new PhpFpm(folder, address, process);
        started.awaitListening();
        return started;
    }

    /** Debian has the version in the program's name. */
    private static String program() {
        for (String place : List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin")) {
            if (!Files.isDirectory(Path.of(place))) {
                continue;
            }
            try (Stream<Path> files = Files.list(Path.of(place))) {
                List<Path> found = files.filter(
                                file -> file.getFileName().toString().matches("php-fpm[0-9.]*"))
                        .sorted()
                        .toList();
                if (!found.isEmpty()) {
                    return found.getLast().toString();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("there is no php-fpm: make deps installs it");
    }

    private void awaitListening() throws IOException {
        long until = System.nanoTime() + START_NANOS;
        while (System.nanoTime() < until && exitsNotWithin(20)) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // asked again
            }
        }
        close();
        throw new IllegalStateException("php-fpm does not listen: " + Files.readString(folder.resolve("output")));
    }

    private boolean exitsNotWithin(int millis) {
        try {
            return !process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Puts a script, or any file, below {@link #root()}. */
    public PhpFpm put(String path, String content) throws IOException {
        Path file = root().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return this;
    }

    /** Its document root. */
    public Path root() {
        return folder.resolve("root");
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
