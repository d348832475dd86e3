package dev.steelyard.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Where the tests find the repository's files and put their own. */
public final class SourceTree {
    private static final Path ROOT = findRoot();
    private static final AtomicInteger FOLDERS = new AtomicInteger();

    private SourceTree() {}

    /** The file or folder at {@code path} below the repository's root; it need not exist. */
    public static Path resolve(String path) {
        return ROOT.resolve(path);
    }

    /**
     * A new folder below {@code e2e/target/run}, whose name begins with {@code name}. It stays after the tests, for
     * people who look for the cause of a failure.
     */
    public static Path newFolder(String name) {
        Path folder = resolve("e2e/target/run/" + START + "/" + FOLDERS.incrementAndGet() + "-" + name);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final long START = ProcessHandle.current()
            .info()
            .startInstant()
            .map(java.time.Instant::toEpochMilli)
            .orElse(ProcessHandle.current().pid());

    private static Path findRoot() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("bin/steelyard"))) {
                return folder;
            }
        }
        throw new IllegalStateException("the tests run outside of the repository: no bin/steelyard above "
                + Path.of("").toAbsolutePath());
    }
}
